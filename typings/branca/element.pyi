from typing import Self

class Element:
    _name: str
    _id: str
    def add_to(self, parent: Element, name: str | None = ..., index: int | None = ...) -> Self: ...
    def get_name(self) -> str: ...
    def render(self, **kwargs: object) -> str: ...

class Figure(Element):
    header: Element
    html: Element
    script: Element
