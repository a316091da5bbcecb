"""Annotations with and without a look."""

from __future__ import annotations

from tests.support.features.parts import (
    Array,
    Dictionary,
    Name,
    String,
    annotation,
    form,
    looks,
    many,
)

many(
    annotation_square=annotation("Square", C=[1, 0, 0], IC=[0.9, 0.9, 0.5], BS=Dictionary(W=2)),
    annotation_square_looks=annotation("Square", AP=looks()),
    annotation_circle=annotation("Circle", C=[0, 0, 1]),
    annotation_line=annotation("Line", L=[30, 60, 150, 120], C=[0, 0, 1]),
    annotation_ink=annotation("Ink", InkList=Array([Array([30, 60, 80, 110, 150, 60])]), C=[0, 0.5, 0]),
    annotation_polygon=annotation("Polygon", Vertices=[30, 60, 150, 60, 90, 120], C=[1, 0, 0]),
    annotation_highlight=annotation("Highlight", QuadPoints=[30, 282, 150, 282, 30, 266, 150, 266], C=[1, 1, 0]),
    annotation_underline=annotation("Underline", QuadPoints=[30, 282, 150, 282, 30, 266, 150, 266], C=[1, 0, 0]),
    annotation_text=annotation("Text", Contents=String("Note"), Name=Name.Note),
    annotation_text_looks=annotation("Text", Contents=String("Note"), AP=looks()),
    annotation_free_text=annotation("FreeText", Contents=String("Free words"), DA=String("/Helv 12 Tf 0 g")),
    annotation_free_text_looks=annotation("FreeText", AP=looks("BT /F1 12 Tf 5 20 Td (Free words) Tj ET")),
    annotation_stamp=annotation("Stamp", Name=Name.Approved),
    annotation_link=annotation("Link", Border=[0, 0, 1], C=[0, 0, 1]),
    annotation_link_looks=annotation("Link", AP=looks()),
    annotation_caret=annotation("Caret", C=[0, 0, 1]),
    annotation_file=annotation("FileAttachment", Name=Name.PushPin),
    annotation_hidden=annotation("Square", C=[1, 0, 0], F=2),
    annotation_not_printed=annotation("Square", C=[1, 0, 0], F=0, AP=looks()),
    annotation_states=annotation(
        "Square",
        AS=Name.On,
        AP=lambda pdf: Dictionary(N=Dictionary(On=form("1 0 0 rg 0 0 50 50 re f")(pdf), Off=form("")(pdf))),
    ),
    annotation_movie=annotation("Movie", Movie=Dictionary()),
    annotation_watermark=annotation("Watermark", AP=looks()),
    annotation_widget=annotation(
        "Widget",
        FT=Name.Tx,
        T=String("field"),
        V=String("Value"),
        DA=String("/Helv 12 Tf 0 g"),
        AP=looks("/Tx BMC q BT /F1 12 Tf 5 20 Td (Value) Tj ET Q EMC"),
    ),
)
