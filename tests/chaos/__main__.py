"""Run by ``make chaos``: its own database, site and provider, 200 payments, and the figures."""

import argparse
import os
import random
import subprocess
import sys
import time

from example_site import postgres


DATABASE = "ims_chaos"


def main() -> int:
    """Run it; return 1 when anything was lost, doubled or can't be proven."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--payments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    wanted = parser.parse_args()
    say(f"Chaos with seed {wanted.seed}: {wanted.payments} payments. Making a database ...")
    os.environ["DATABASE_URL"] = fresh_database()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.chaos.settings"
    os.environ.setdefault("DJANGO_SECRET_KEY", "chaos-only")
    manage = [sys.executable, "example_site/manage.py", "migrate", "--verbosity=0"]
    subprocess.run(manage, check=True, env={**os.environ, "PYTHONPATH": os.getcwd()})

    import django

    django.setup()
    from .run import run

    say("Paying, while the provider misbehaves and processes are killed ...")
    began = time.monotonic()
    result = run(
        database=os.environ["DATABASE_URL"],
        seed=wanted.seed,
        payments=wanted.payments,
        kill_every=(3, 9),
    )
    for name, value in {**result.figures, "seconds": round(time.monotonic() - began)}.items():
        say(f"  {name:<34}{value:>12}")
    for problem in result.problems:
        say(f"WRONG: {problem}")
    say(
        f"Not everything is right. Seed {wanted.seed}."
        if result.problems
        else "Nothing lost, nothing doubled, and ims_verify has proven the book."
    )
    return int(bool(result.problems))


def fresh_database() -> str:
    """Make the database anew, on a throw-away server unless DATABASE_URL names one."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    server = postgres.database_url("chaos-postgres", throw_away=True)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    return make_conninfo(server, dbname=DATABASE)


def say(words: str) -> None:
    """Tell whoever runs it."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
