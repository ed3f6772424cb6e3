"""`mockorders openapi`: the OpenAPI documents."""

import json
from dataclasses import dataclass

import click

from mockorders.config import Profile
from mockorders.control.openapi import control_document
from mockorders.openapi.document import document


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenapiOptions:
    """The parsed options of `mockorders openapi`."""

    control: bool
    profile: Profile


def run(options: OpenapiOptions) -> None:
    """Print the document of all APIs, or that of the control API."""
    found = control_document() if options.control else document(options.profile)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
