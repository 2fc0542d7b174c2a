# The image of everything of ours in docker-compose.yml: Airflow's services, the search page, the setup. Built by `docker compose build`.
FROM python:3.11.14-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --uid 50000 --create-home --home-dir /home/wireroom wireroom \
 && install -d -o wireroom -g wireroom /var/lib/wireroom /var/lib/airflow

# The pinned and hashed set first: it changes seldom, and this layer is the large one. It is complete: pip adds nothing.
COPY requirements-stack.txt /opt/wireroom/
RUN pip install --no-deps --require-hashes -r /opt/wireroom/requirements-stack.txt

COPY . /opt/wireroom
WORKDIR /opt/wireroom
RUN pip install --no-deps --no-build-isolation --editable . && pip check

# Languages whose small spaCy model is built in; empty: the built-in rules find names in all of them.
ARG SPACY_MODELS=""
RUN for language in $SPACY_MODELS; do wireroom models install "$language" || exit 1; done

USER wireroom
ENV AIRFLOW_HOME=/var/lib/airflow WIREROOM_HOME=/var/lib/wireroom
VOLUME ["/var/lib/wireroom", "/var/lib/airflow"]
CMD ["wireroom", "web"]
