"""Schemathesis attacks our CMS with the official CMS OpenAPI: no server error, only documented answers."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.backend.integrations.talq_lighting.bench_gateway import GATEWAY, LAMPS, Bench
from tests.backend.integrations.talq_lighting.official import CMS_API, ROOT, require

pytestmark = [pytest.mark.proof, pytest.mark.timeout(600)]

_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


async def test_our_cms_gives_only_documented_answers(tmp_path: Path) -> None:
    api = require(CMS_API)
    config = tmp_path / "schemathesis.toml"
    config.write_text(
        '[parameters]\n"header.talq-api-version" = "2.7.1"\n'
        f'"query.clientAddress" = "{GATEWAY}"\n"path.deviceAddress" = "{LAMPS[0].address}"\n',
        "utf-8",
    )
    bench = Bench()
    try:
        await bench.start()
        await bench.up()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", f"--config-file={config}", "run", str(api),
            f"--url={bench.integration.cms_uri}", f"--checks={_CHECKS}", "--max-examples=15", "--seed=1",
            "--phases=examples,coverage,fuzzing", "--no-color", "--request-timeout=10", "--suppress-health-check=all",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path,
        )  # fmt: skip
        try:
            said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    finally:
        await bench.close()
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "schemathesis-talq.txt").write_bytes(said)
    text = said.decode("utf-8", "replace")
    print(text[-1500:])
    assert process.returncode == 0, text[-4000:]
