# Debian's slim image: the wheels that we stand on are published for glibc (2.28 and newer), which Alpine's image lacks.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    HANGFENG_DATA=/data

# Editions in PDF need a Chinese typeface; the official ones are mounted, and named by HANGFENG_FONTS_DIR.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*

# The log belongs to a user without rights elsewhere; a named volume takes over the owner of /data.
RUN useradd --system --create-home --uid 10001 hangfeng \
    && install --directory --owner=hangfeng --group=hangfeng --mode=0700 /data

WORKDIR /src
COPY . .
RUN pip install -c constraints.txt . && rm -rf build ./*.egg-info

USER hangfeng
WORKDIR /data
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]

CMD ["hangfeng", "serve", "--host", "0.0.0.0"]
