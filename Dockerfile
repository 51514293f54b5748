# inquit as a service. Build: `make image`. Everything about it: docs/image.md.
ARG BASE=docker.io/library/python:3.11-slim-bookworm

FROM ${BASE} AS build
ARG DEVICE=cpu
ARG TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/venv
WORKDIR /src
# What changes seldom first. Wheels that lie in deploy/image/wheels are taken before those of an index.
COPY deploy/image/ deploy/image/
RUN python -m pip --python /opt/venv/bin/python install --no-compile --no-deps --require-hashes \
        --find-links deploy/image/wheels --find-links "${TORCH_INDEX_URL}/torch/" \
        -r "deploy/image/requirements-torch-${DEVICE}.txt" \
    && python -m pip --python /opt/venv/bin/python install --no-compile --no-deps --require-hashes \
        -r deploy/image/requirements.txt \
    # What is there for those who build on torch; one program it does not start without.
    && for part in include share test; do rm -rf "/opt/venv/lib/python3.11/site-packages/torch/${part}"; done \
    && find /opt/venv/lib/python3.11/site-packages/torch/bin -type f ! -name torch_shm_manager -delete
COPY pyproject.toml hatch_build.py README.md LICENSE constraints.txt ./
COPY service/ service/
COPY models/ models/
RUN PIP_CONSTRAINT=constraints.txt python -m pip --python /opt/venv/bin/python install --no-compile --no-deps . \
    # The root file system is read-only when it runs: nothing could be compiled then.
    && python -m compileall -q -j 0 -x torch/testing/_internal /opt/venv/lib/python3.11/site-packages

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="inquit" \
      org.opencontainers.image.description="Finds quotations in English text and says who uttered them: a gRPC service" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/dpkg.log /var/log/apt \
    && groupadd --gid 10001 inquit \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin inquit
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HUB_OFFLINE=1 \
    INQUIT_HOST=0.0.0.0 \
    INQUIT_PORT=50051 \
    INQUIT_HEALTH_PORT=50052 \
    INQUIT_METRICS_HOST=0.0.0.0 \
    INQUIT_METRICS_PORT=9464
USER 10001:10001
WORKDIR /
EXPOSE 50051 9464
STOPSIGNAL SIGTERM
# The port for health alone asks for neither TLS nor a token, whatever the service does.
HEALTHCHECK --interval=10s --timeout=8s --start-period=60s --retries=3 \
    CMD ["sh", "-c", "inquit health --server 127.0.0.1:${INQUIT_HEALTH_PORT} --timeout 5"]
ENTRYPOINT ["/usr/bin/tini", "--", "inquit"]
CMD ["serve"]
