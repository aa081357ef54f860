"""Whether pages show ProConnect."""

from django import template

from community.proconnect import is_open

register = template.Library()

register.simple_tag(is_open, name="proconnect_is_open")
