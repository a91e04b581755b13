"""The map's words in French, as long as the console's."""

from __future__ import annotations

from widgets.city_map import AssetVisual, MapTexts

_POINTS = "Flèches et Espace : au clavier. Retour arrière : un de moins. Échap : terminer."
_AREA = "Maj : ajouter. Alt ou Ctrl : retirer. Échap : terminer."
FRENCH = MapTexts(
    legend="Légende",
    unacknowledged="clignote : non acquittée",
    lamp_lit="lampe allumée",
    lamp_unlit="lampe éteinte",
    link_lost="Liaison perdue - la carte montre le passé",
    decimal_mark=",",
    around="tour : {length}",
    chosen="{count} sélectionnés",
    chosen_end="Échap : aucun",
    quarters="NSEO",
    legend_filter="Filtre : une partie des équipements est masquée",
    legend_alarms_hidden="{count} alarmes masquées par le filtre",
    states={
        AssetVisual.NORMAL: "normal",
        AssetVisual.UNKNOWN: "inconnu",
        AssetVisual.STALE: "pas de valeur récente",
        AssetVisual.FAULT: "défaut",
        AssetVisual.ALARM_P4: "alarme P4",
        AssetVisual.ALARM_P3: "alarme P3",
        AssetVisual.ALARM_P2: "alarme P2",
        AssetVisual.ALARM_P1: "alarme P1",
    },
    tool_hints={
        "measure_distance": f"Distance : cliquez point par point ; double-clic ou Entrée : fini. {_POINTS}",
        "measure_area": f"Surface : cliquez tout autour ; double-clic ou Entrée : fini. {_POINTS}",
        "select_rectangle": f"Rectangle : tirez d'un coin à l'autre, ou placez deux coins. {_AREA}",
        "select_lasso": f"Lasso : dessinez autour, ou cliquez les sommets et finissez d'un double-clic. {_AREA}",
        "select_radius": f"Cercle : tirez du centre vers le bord, ou placez les deux. {_AREA}",
    },
)
