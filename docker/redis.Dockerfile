# Redis for what proxies share: Debian's, on the base that the servers have, so that there is one base to fetch.
ARG BASE=node:20-bookworm-slim
FROM ${BASE}
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server \
  && apt-get clean && rm -rf /var/lib/apt/lists/* \
  && mkdir -m 1777 /data
WORKDIR /data
VOLUME /data
USER redis
EXPOSE 6379
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["redis-cli", "ping"]
# What is too much goes, what would end first first: proxies then do without it.
CMD ["redis-server", "--protected-mode", "no", "--appendonly", "yes", "--maxmemory", "256mb", "--maxmemory-policy", "volatile-ttl"]
