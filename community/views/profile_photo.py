"""Portraits: one's own, to change it, and that of whoever one may see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag
from django.views import View
from django.views.generic import FormView

from community.actions.photo import LARGEST_FILE, remove_photo, set_photo
from community.models import Member, Photo
from community.profile_forms import PhotoForm
from community.uploads import BoundedUploads
from community.views.profile import OwnProfile


class OwnPhotoView(BoundedUploads, OwnProfile, FormView):
    """/mon-profil/photo/ `retirer` takes the portrait away."""

    template_name = "community/profile_photo.html"
    form_class = PhotoForm
    most_bytes = LARGEST_FILE

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take away, or read the file."""
        if "retirer" in request.POST:
            remove_photo(by=self.user)
            messages.success(request, "Votre photo est retirée.")
            return HttpResponseRedirect(reverse("community:profile"))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PhotoForm) -> HttpResponse:
        """Keep it."""
        set_photo(form.cleaned_data["photo"], by=self.user)
        messages.success(self.request, "Votre photo est enregistrée.")
        return HttpResponseRedirect(reverse("community:profile"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The portrait of the moment."""
        photo = Photo.objects.filter(member=self.member).values_list("digest", flat=True).first()
        return super().get_context_data(photo=photo, member=self.member, **kwargs)


class PhotoView(View):
    """/membres/<slug>/photo/ For who may see the member; a browser asks again each time, as they may hide at once."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The image. Raises `Http404` for who may not see the member, as for somebody without a portrait."""
        seen = Member.objects.visible_to(request.user).filter(slug=slug).values("pk")
        photo = Photo.objects.filter(member__in=seen).first()
        if photo is None:
            raise Http404
        etag = quote_etag(photo.digest)
        response: Any = get_conditional_response(request, etag=etag) or HttpResponse(
            bytes(photo.image), content_type="image/jpeg"
        )
        response["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
        return response
