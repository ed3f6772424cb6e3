// Start Swagger UI and fill in the sandbox's credential for the security schemes that operations list first.
"use strict";

const container = document.getElementById("viewer");
const [name, secret] = JSON.parse(container.dataset.credential);

function fillIn(viewer) {
  const openapi = viewer.specSelectors.specJson().toJS();
  const first = new Set();
  for (const item of Object.values(openapi.paths)) {
    for (const operation of Object.values(item)) {
      Object.keys(operation.security?.[0] ?? {}).forEach((scheme) => first.add(scheme));
    }
  }
  for (const scheme of first) {
    const { type } = openapi.components.securitySchemes[scheme];
    if (type === "apiKey") viewer.preauthorizeApiKey(scheme, name);
    else viewer.preauthorizeBasic(scheme, name, secret);
  }
}

const viewer = SwaggerUIBundle({
  url: container.dataset.document,
  domNode: container,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => fillIn(viewer),
});
