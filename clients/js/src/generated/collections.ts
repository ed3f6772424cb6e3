// Generated from the OpenAPI document of the control API by `make types`.

/** The collection that each method adds records to, by API. */
export const METHODS = {
  "cratejoy": {
    "addCustomer": "customers",
    "addAddress": "addresses",
    "addPaymentMethod": "payment_methods",
    "addProduct": "products",
    "addProductInstance": "product_instances",
    "addInventory": "inventory",
    "addTerm": "terms",
    "addCoupon": "coupons",
    "addTransaction": "transactions",
    "addProductBilling": "product_billings",
    "addShipmentBatch": "shipment_batches",
    "addShipment": "shipments",
    "addFulfillment": "fulfillments",
    "addSubscription": "subscriptions",
    "addSubscriptionCoupon": "subscription_coupons",
    "addOrder": "orders",
    "addProductSurveyResult": "product_survey_results",
    "addMetadata": "metadata",
    "addSetting": "settings"
  },
  "universe": {
    "addCustomer": "customers",
    "addOrder": "orders",
    "addPlan": "plans",
    "addFanclub": "fanclubs",
    "addItemType": "item_types"
  }
} as const;
