"""The endpoints of the control API for records."""

from __future__ import annotations  # so that no types are evaluated on import

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from mockorders.client.api_access import describe_new_record, with_texts
from mockorders.client.descriptors import ControlRequest, EndpointMethod
from mockorders.client.paths import Document, path_of

if TYPE_CHECKING:
    from mockorders.client.apis.names import ApiName, CollectionName
    from mockorders.client.models import Record


class RecordApi:
    """Endpoints of the records of one sandbox."""

    @EndpointMethod
    def records(self, api: ApiName, collection: CollectionName) -> ControlRequest[list[Record]]:
        """List a collection's records, ascending by id."""
        return ControlRequest("GET", path_of("records", api, collection), read=itemgetter("records"))

    @EndpointMethod
    def record(self, api: ApiName, collection: CollectionName, identifier: int) -> ControlRequest[Record]:
        """Return one record. Raises ControlError (404) if it does not exist."""
        return ControlRequest("GET", path_of("records", api, collection, identifier))

    @EndpointMethod
    def add_record(self, api: ApiName, collection: CollectionName, properties: Document) -> ControlRequest[Record]:
        """Add a record with these properties, and what it refers to; return it. Omitted properties have defaults.

        `cratejoy.add_order` and the like do the same with keywords that type checkers know.
        """
        return describe_new_record(api, collection, properties)

    @EndpointMethod
    def add_records(
        self, records: Mapping[ApiName, Mapping[CollectionName, Sequence[Document]]]
    ) -> ControlRequest[Record]:
        """Add several records, such as `{"cratejoy": {"orders": [{"total": 100}] * 50}}`; return them in this form."""
        return ControlRequest("POST", "/records", with_texts(records), read=itemgetter("records"))

    @EndpointMethod
    def put_record(
        self, api: ApiName, collection: CollectionName, identifier: int, record: Document
    ) -> ControlRequest[Record]:
        """Store a record under an id; return it with defaults filled in."""
        return ControlRequest("PUT", path_of("records", api, collection, identifier), record)

    @EndpointMethod
    def patch_record(
        self, api: ApiName, collection: CollectionName, identifier: int, patch: Document
    ) -> ControlRequest[Record]:
        """Apply a JSON merge patch to a record (null removes a property); return the result."""
        return ControlRequest("PATCH", path_of("records", api, collection, identifier), patch)

    @EndpointMethod
    def delete_record(self, api: ApiName, collection: CollectionName, identifier: int) -> ControlRequest[None]:
        """Delete a record. Raises ControlError (422) if other records refer to it."""
        return ControlRequest("DELETE", path_of("records", api, collection, identifier))
