# The service with its weights; it runs without a network. Build: docker build -t standfirst .
ARG BASE_IMAGE=python:3.11-slim-bookworm
# OpenVINO runs the models. 1 keeps torch as well, 1 GB more: for GPUs, and for models that OpenVINO cannot run.
ARG TORCH=0

FROM ${BASE_IMAGE} AS build
WORKDIR /src
COPY constraints.txt ./
# An index of CPU wheels, for a machine where pip finds the CUDA build of torch (docs/operating.md).
ARG TORCH_INDEX=""
# For more than one machine (docs/scaling.md): openvino,postgres,cluster
ARG EXTRAS="openvino"
RUN python3 -m venv /opt/standfirst \
    && /opt/standfirst/bin/pip install --no-cache-dir ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} \
       "$(grep '^torch==' constraints.txt)"
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY service service
COPY models models
RUN /opt/standfirst/bin/pip install --no-cache-dir --constraint constraints.txt ".[${EXTRAS}]"

# torch builds what OpenVINO runs; the weights that it is built from are not kept.
FROM build AS weights
ENV STANDFIRST_MODELS_DIR=/models STANDFIRST_RUNTIME=openvino
RUN /opt/standfirst/bin/standfirst models pull \
    && /opt/standfirst/bin/standfirst models trim \
    && /opt/standfirst/bin/standfirst models verify

FROM build AS environment
ARG TORCH
RUN if [ "$TORCH" = 0 ]; then \
        /opt/standfirst/bin/pip uninstall --yes torch transformers accelerate sympy mpmath networkx; \
    fi
# The installed packages and their licences as CycloneDX.
RUN python3 -m venv /opt/sbom \
    && /opt/sbom/bin/pip install --no-cache-dir 'cyclonedx-bom>=7,<8' \
    && /opt/sbom/bin/cyclonedx-py environment --output-reproducible --output-file /opt/standfirst/sbom.json /opt/standfirst

FROM ${BASE_IMAGE}
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin standfirst \
    && install -d -o standfirst -g standfirst /data
COPY --from=environment /opt/standfirst /opt/standfirst
# KubeRay starts Ray in a login shell, which resets PATH.
RUN for command in ray serve; do \
        if [ -e "/opt/standfirst/bin/$command" ]; then ln -s "/opt/standfirst/bin/$command" /usr/local/bin/; fi; \
    done
COPY --from=weights /models /models
ENV PATH=/opt/standfirst/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STANDFIRST_HOST=0.0.0.0 \
    STANDFIRST_PORT=8000 \
    STANDFIRST_MODELS_DIR=/models \
    STANDFIRST_DATA_DIR=/data \
    STANDFIRST_OFFLINE=1 \
    RAY_USAGE_STATS_ENABLED=0
USER standfirst
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python3", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"STANDFIRST_PORT\"]}/readyz', timeout=2)"]
CMD ["standfirst", "serve"]
