"""No page: a request is enough."""

urlpatterns = []
