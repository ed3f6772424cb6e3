// Show the orders of the logged-in customer, from the Universe API.
// The API's URL and key are parameters of the page: /?api=http://localhost:8080/api/v1&key=docs
const settings = new URLSearchParams(location.search);
const API = settings.get("api") ?? "http://localhost:8080/api/v1";
const KEY = settings.get("key") ?? "demo";

class ApiError extends Error {}

/** Send a request with the customer's cookie. Throws ApiError with the API's messages if it reports an error (status 200). */
async function request(path, parameters = {}) {
  const query = new URLSearchParams({ key: KEY, ...parameters });
  const response = await fetch(`${API}${path}?${query}`, { credentials: "include" });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const body = await response.json();
  if (body.status !== "ok") throw new ApiError(body.messages.join(" "));
  return body;
}

const element = (id) => document.getElementById(id);

function createElement(tag, ...content) {
  const created = document.createElement(tag);
  created.append(...content);
  return created;
}

function showLatest({ id, plan, paid_at, shipments = [] }) {
  element("latest-text").textContent = `Order ${id}: ${plan.name}, paid on ${paid_at}`;
  const items = shipments.flatMap((shipment) => shipment.items.map((item) => `${item.name}: ${shipment.status}`));
  element("latest-items").replaceChildren(...items.map((text) => createElement("li", text)));
  element("latest").hidden = false;
}

function showList(orders) {
  const rows = orders.map(({ id, plan, paid_at, totals }) =>
    createElement("tr", ...[id, plan.name, paid_at, totals ? `$${totals.total}` : "Free"].map((text) => createElement("td", String(text)))));
  element("rows").replaceChildren(...rows);
  element("orders").hidden = false;
}

async function show() {
  const message = element("message");
  try {
    const { orders } = await request("/orders", { order: element("newest").checked ? "DESC" : "ASC" });
    if (orders.length) {
      showLatest((await request("/orders/latest")).order);
      showList(orders);
    }
    message.textContent = orders.length ? `${orders.length} orders` : "You have no orders yet.";
  } catch (error) {
    element("latest").hidden = true;
    element("orders").hidden = true;
    message.textContent = error instanceof ApiError ? error.message : "Your orders cannot be shown now. Please try again.";
  }
}

element("newest").addEventListener("change", show);
show();
