"""Find the sandbox that the credential of a request selects."""

import asyncio

from aiohttp import web

from mockorders.errors import InvalidCredentials
from mockorders.http.exchange import Exchange
from mockorders.pipeline.body_credential import credential_in_body
from mockorders.sandbox.credentials import Credential
from mockorders.sandbox.registry import ANONYMOUS, SandboxRegistry
from mockorders.sandbox.sandbox import Sandbox


class Authenticator:
    """Enters each request into the sandbox of its credential, which is created if it does not exist."""

    def __init__(self, sandboxes: SandboxRegistry) -> None:
        self._sandboxes = sandboxes

    async def authenticate(self, exchange: Exchange, http: web.BaseRequest) -> None:
        """Enter a request into its sandbox. Raises InvalidCredentials.

        An invalid credential is ignored if no route matches, so that the response is 404, or if the route needs none.
        """
        try:
            name, suffix = await self._name_of(exchange, http)
        except InvalidCredentials:
            route = exchange.head.match.route
            if route is None:
                return
            if route.needs_credential:
                raise
            name = ANONYMOUS
            suffix = None
        sandbox = self._sandboxes.find(name)
        if sandbox is not None:
            exchange.enter(sandbox, suffix)
            return
        with self._sandboxes.using(name):
            exchange.enter(await self._create_sandbox(exchange, name), suffix)

    async def _name_of(self, exchange: Exchange, http: web.BaseRequest) -> tuple[str, str | None]:
        submitted = await credential_in_body(exchange, http)
        if submitted is None:
            return self._sandboxes.authenticate(exchange.head.credential, exchange.head.secret)
        return self._sandboxes.authenticate(Credential.parse(submitted.name), submitted.secret)

    async def _create_sandbox(self, exchange: Exchange, name: str) -> Sandbox:
        """Create a sandbox; if the client disconnects in the meantime, the request is still recorded in it."""
        creating = asyncio.ensure_future(self._sandboxes.get_or_create(name))
        try:
            return await asyncio.shield(creating)
        except asyncio.CancelledError:
            exchange.sandbox = await creating
            raise
