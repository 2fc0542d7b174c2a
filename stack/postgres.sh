#!/bin/sh
# Make the two databases, each with an owner of its own who can do nothing beside it. PostgreSQL's image runs this once, on an empty
# volume; scripts/stack-check runs it too. Passwords come by the environment and never show in a list of processes.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv airflow_password AIRFLOW_DB_PASSWORD
\getenv wireroom_password WIREROOM_DB_PASSWORD
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE wireroom LOGIN PASSWORD :'wireroom_password';
CREATE DATABASE airflow OWNER airflow ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE wireroom OWNER wireroom ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE airflow, wireroom, postgres FROM PUBLIC;
SQL
