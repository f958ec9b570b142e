# The collector for a node of a cluster. Without a device it runs simulated volumes:
#
#   docker run --rm --publish 8090:8090 IMAGE run --simulate 6
#
# Nothing in here needs privilege but reading drives: Get Log Page demands CAP_SYS_ADMIN, and opening the host's device nodes
# a device cgroup that lets it, which is `privileged: true`, or a device plugin; and a capability reaches a process only as
# root. The DaemonSet gives that to a container of its own, which runs `ebs-nvme-reader listen` and nothing else. As one
# container (`--privileged --user 0`) the collector leaves it to a confined reader process, and goes on as the user below
# (`config --privileges`); everything else runs as that user from the beginning.

ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends cmake g++ make \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY .npmrc package.json package-lock.json ./
RUN npm ci
COPY CMakeLists.txt tsconfig.json ./
COPY native native
RUN CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) npm run build:native
COPY bundle bundle
COPY receiver receiver
COPY pipeline pipeline
RUN npm run build:bundle

FROM ${NODE_IMAGE}
WORKDIR /opt/ebs-nvme-collector
COPY --from=build /src/package.json ./
COPY --from=build /src/build/Release/ebs_nvme.node /src/build/Release/ebs-nvme-reader build/Release/
COPY --from=build /src/dist dist
COPY LICENSE ./

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ebs-nvme-collector" \
  org.opencontainers.image.description="OpenTelemetry-native collector of Amazon EBS and instance-store NVMe statistics" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"

ENV NODE_ENV=production
# By number: Kubernetes checks `runAsNonRoot` without the image's /etc/passwd.
USER 65532:65532
EXPOSE 8090

# For Docker alone; Kubernetes asks /healthz and /readyz itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s \
  CMD ["node", "-e", "require('node:http').get('http://127.0.0.1:8090/healthz', (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]

# No shell and no npm between the container's runtime and the collector: signals reach it.
# Its first line says how Node is started.
ENTRYPOINT ["/opt/ebs-nvme-collector/dist/ebs-nvme-collector.js"]
CMD ["run"]
