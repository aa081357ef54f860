"""Pages among what the site-wide search finds."""

from django import template

from portal.documents import address_of

register = template.Library()

register.filter("page_address", address_of)
