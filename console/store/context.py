"""What a panel is handed, with this console's stores."""

from console.kit.panel_spec import PanelContext, PanelSpec
from console.store.stores import Stores

Context = PanelContext[Stores]
Spec = PanelSpec[Stores]
