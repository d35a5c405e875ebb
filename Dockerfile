# syntax=docker/dockerfile:1
# The bridge without the embedded servers: every address comes from the environment (CONCORDAT_*).

FROM maven:3.9.11-eclipse-temurin-21 AS build
WORKDIR /build
COPY pom.xml ./
COPY config/application.properties config/
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp -Pimage -Dmaven.test.skip=true package

FROM eclipse-temurin:21.0.8_9-jre-noble
# Who may ask the console: the one address that the host's requests come from, the gateway of the network 'doors'.
ARG CONSOLE_FROM=172.31.248.1
WORKDIR /opt/concordat
COPY --from=build /build/target/image/lib lib/
COPY --from=build /build/target/concordat.jar ./
COPY config config/
COPY contracts contracts/
COPY routes routes/
RUN sed -i "s#<host>localhost</host>#&\n    <host>${CONSOLE_FROM}</host>#" config/jolokia-access.xml \
    && groupadd --system --gid 10001 concordat \
    && useradd --system --uid 10001 --gid concordat --home-dir /opt/concordat --shell /usr/sbin/nologin concordat \
    && install -d -o concordat -g concordat /var/lib/concordat/reports
USER 10001:10001
# All addresses of the container; docker-compose.yml publishes them on the host's loopback alone.
ENV CONCORDAT_WEBHOOK_HOST=0.0.0.0 \
    CONCORDAT_MANAGEMENT_HOST=0.0.0.0 \
    CONCORDAT_CONSOLE_HOST=0.0.0.0 \
    CONCORDAT_DATA=/tmp/concordat \
    CONCORDAT_REPORTS=/var/lib/concordat/reports
VOLUME /var/lib/concordat/reports
EXPOSE 8080 8090 9876
# Alive, not ready: a lane whose ledger is away waits, and starting the bridge again would not help it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${CONCORDAT_MANAGEMENT_PORT:-9876} && printf 'GET /observe/health/live HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
# Java is process 1 and gets SIGTERM itself. A console's log: docker keeps it.
ENTRYPOINT ["java", "@config/jvm.options", "-XX:MaxRAMPercentage=60", "-cp", "concordat.jar:lib/*", "dev.concordat.Concordat"]
CMD ["run"]
