# The emulator as an image: built in one stage, run in another, by a user who owns nothing.
ARG PYTHON=3.13
FROM python:${PYTHON}-slim AS build
RUN python3 -m venv /opt/mockorders
WORKDIR /src
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY mockorders mockorders
COPY schemas schemas
COPY fixtures fixtures
RUN /opt/mockorders/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt . \
 && /opt/mockorders/bin/pip uninstall --yes pip

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="mockorders" \
      org.opencontainers.image.description="A local emulator of the Universe orders API and the Cratejoy Merchant API" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/mockorders /opt/mockorders
ENV PATH=/opt/mockorders/bin:$PATH MOCKORDERS_HOST=0.0.0.0 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=2s --retries=3 \
  CMD ["/opt/mockorders/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/_mockorders/health', timeout=1)"]
ENTRYPOINT ["mockorders"]
