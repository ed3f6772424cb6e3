// Start Swagger UI and fill in the sandbox's credential for the security schemes that operations list first.
"use strict";

const place = document.getElementById("viewer");
const [name, secret] = JSON.parse(place.dataset.credential);

function fillIn(viewer) {
  const described = viewer.specSelectors.specJson().toJS();
  const first = new Set();
  for (const item of Object.values(described.paths)) {
    for (const operation of Object.values(item)) {
      Object.keys(operation.security?.[0] ?? {}).forEach((scheme) => first.add(scheme));
    }
  }
  for (const scheme of first) {
    const { type } = described.components.securitySchemes[scheme];
    if (type === "apiKey") viewer.preauthorizeApiKey(scheme, name);
    else viewer.preauthorizeBasic(scheme, name, secret);
  }
}

const viewer = SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => fillIn(viewer),
});
