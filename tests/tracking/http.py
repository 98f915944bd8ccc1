"""Requests to the real ASGI application, each on an event loop and connections of its own."""

import asyncio
from typing import Any

import httpx

from dangol.tracking.collector import Collector


def request(method: str, path: str, **options: Any) -> httpx.Response:
    """Send one request to a new collector and stop it again."""

    async def send() -> httpx.Response:
        collector = Collector()
        try:
            transport = httpx.ASGITransport(app=collector)
            async with httpx.AsyncClient(transport=transport, base_url="http://collect.example.com") as client:
                return await client.request(method, path, **options)
        finally:
            await collector.stop()

    return asyncio.run(send())


def post(path: str, body: Any, key: str = "", **options: Any) -> httpx.Response:
    """POST JSON with the write key as Basic user."""
    return request("POST", path, json=body, auth=(key, "") if key else None, **options)
