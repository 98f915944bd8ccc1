"""
Ask Apache Spark itself what the tests ask Sail: every kind of condition, over the lake's files, against PostgreSQL and
DuckDB. Not part of `bin/test`, as Spark wants Java and half a gigabyte.

    python -m venv /tmp/spark && /tmp/spark/bin/pip install pyspark==4.2.0
    python tools/ask_apache_spark.py /tmp/spark/lib/python3*/site-packages/pyspark
"""

import os
import socket
import subprocess
import sys
import time

SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
LONGEST_START = 300


def main(home: str) -> int:
    """
    Start Spark's Connect server on a free port, run the test against it, and stop it.

    :param home: Spark's folder
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    at = ("--conf", "spark.connect.grpc.binding.address=127.0.0.1", "--conf", f"spark.connect.grpc.binding.port={port}")
    few = ("--conf", "spark.sql.shuffle.partitions=2", "--conf", "spark.ui.enabled=false")
    command = [f"{home}/bin/spark-submit", *at, *few, "--class", SERVER, "spark-internal"]
    with subprocess.Popen(command, env=os.environ | {"SPARK_HOME": home}) as server:
        try:
            _wait_for(port, server)
            test = ("-q", "-p", "no:cacheprovider", "tests/segments/test_in_lake.py", "-k", "text")
            told = os.environ | {"DANGOL_TEST_SPARK": f"sc://127.0.0.1:{port}"}
            return subprocess.run([sys.executable, "-m", "pytest", *test], env=told, check=False).returncode
        finally:
            server.terminate()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise SystemExit("Spark did not start.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
