# Two stages: the first installs the package, the second runs it as a user without write access to it.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
COPY . /src
# To reduce the image's size, remove Faker's locales except English (a third of all installed files) and the debug symbols
# of compiled extensions (eight of pyroaring's nine MB).
# To start three times as fast, which also applies to health checks, compile the modules, including those of the standard
# library: the base image has no compiled modules, and the user of the image cannot write any.
RUN python3 -m venv --without-pip /opt/mockorders \
 && python3 -m pip --python /opt/mockorders install --no-cache-dir --disable-pip-version-check --no-compile \
      --constraint /src/constraints.txt '/src[postgres]' \
 && find /opt/mockorders/lib/python3*/site-packages/faker/providers -mindepth 2 -maxdepth 2 -type d \
      ! -name en ! -name en_US -exec rm -r {} + \
 && apt-get update -qq && apt-get install -qq -y --no-install-recommends binutils >/dev/null \
 && find /opt/mockorders/lib -name '*.so' -exec strip {} + \
 && PYTHONPYCACHEPREFIX=/opt/mockorders/compiled /opt/mockorders/bin/python -m compileall -q \
      -x '/(dist-packages|ensurepip|idlelib|lib2to3|pip|pydoc_data|tests?|tkinter|turtledemo)/' \
      /opt/mockorders/lib "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"

FROM python:${PYTHON}-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="mockorders" \
      org.opencontainers.image.description="A local emulator of the Universe orders API and the Cratejoy Merchant API" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"
ENV PATH=/opt/mockorders/bin:$PATH \
    PYTHONPYCACHEPREFIX=/opt/mockorders/compiled \
    MOCKORDERS_HOST=0.0.0.0
EXPOSE 8080
USER 10001:10001
# No start period: Docker 25 and later would check only every 5 s during it.
HEALTHCHECK --interval=3s --timeout=3s --retries=3 CMD ["python", "-m", "mockorders.health"]
ENTRYPOINT ["mockorders"]
COPY --from=build /opt/mockorders /opt/mockorders
