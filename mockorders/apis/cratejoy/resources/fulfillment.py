"""Batches of shipments, and the answers of subscribers to surveys."""

from mockorders.apis.cratejoy.resources import rules
from mockorders.apis.cratejoy.resources.model import Resource

SHIPMENT_BATCHES = Resource(name="shipment_batches", singular="shipment-batch", rules=(rules.SHIPMENT_BATCH,))

PRODUCT_SURVEY_RESULTS = Resource(
    name="product_survey_results",
    singular="product-survey-result",
    is_single=False,
    rules=(rules.SURVEY,),
)
