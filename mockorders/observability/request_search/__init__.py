"""The search language of the journal: `status:4xx rule:universe.* order:489 body:"note" rejected`."""

from mockorders.observability.request_search.language import Search, SearchTerms, parse_search

__all__ = ["Search", "SearchTerms", "parse_search"]
