# The relay with the built chat beside it. Build from the repository root:
#   docker build -t strandline .
#   docker run -p 4437:4437 -v strandline:/data -e JWT_SECRET=... strandline
FROM node:20.20-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npx -y pnpm@12.21.0 install --frozen-lockfile
RUN npx -y pnpm@12.21.0 run build
RUN npx -y pnpm@12.21.0 --filter @strandline/relay deploy --prod --legacy /app
RUN cp -r apps/web/dist /app/web

FROM node:20.20-bookworm-slim
COPY --from=build --chown=node:node /app /app
RUN install -d -o node -g node /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4437 DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 4437
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "/app/dist/main.js", "--web", "/app/web"]
