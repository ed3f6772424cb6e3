# The emulator as an image: a wheel installed in one stage, run in another by a user who owns nothing.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
COPY . /src
# Generated fixtures speak English: the other locales would be a third of all that is installed.
# Compiled extensions come with debug symbols, most of the size of some: eight of pyroaring's nine MB.
# The official image comes without compiled modules, and the image's user can write none: compiled here, with the part of
# the standard library that a server may use, the start takes a third of the time, and so does every health check.
RUN python3 -m venv --without-pip /opt/mockorders \
 && python3 -m pip --python /opt/mockorders install --no-cache-dir --disable-pip-version-check --no-compile \
      --constraint /src/constraints.txt /src \
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
# No start period: since version 25 an engine would check only every 5 s while it lasts.
HEALTHCHECK --interval=3s --timeout=3s --retries=3 CMD ["python", "-m", "mockorders.health"]
ENTRYPOINT ["mockorders"]
COPY --from=build /opt/mockorders /opt/mockorders
