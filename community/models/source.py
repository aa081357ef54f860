"""What the import of the programme's public data remembers, apart from the tables that it fills."""

from django.db import models


class SourceRecord(models.Model):
    """One file of the source, as it was read last.

    `values` holds the last imported value of each field, so that a change made on the portal since can be told from
    a change made at the source. `extra` keeps what has no column. Together they lose nothing of the file.
    """

    kind = models.CharField("type", max_length=40)
    key = models.CharField("identifiant", max_length=200)
    path = models.CharField("fichier", max_length=500)
    digest = models.CharField("empreinte", max_length=64)
    # The row that the file became, in the table that `kind` names.
    object_id = models.PositiveBigIntegerField("ligne", null=True, blank=True)
    values = models.JSONField("valeurs importées", default=dict)
    extra = models.JSONField("sans colonne", default=dict)
    # What was odd about the file, so that a file that has not changed need not be read again to be reported on.
    findings = models.JSONField("signalements", default=list)
    imported_at = models.DateTimeField("importé le", auto_now=True)

    class Meta:
        verbose_name = "fiche importée"
        verbose_name_plural = "fiches importées"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_record_per_source_file")]

    def __str__(self) -> str:
        return self.path
