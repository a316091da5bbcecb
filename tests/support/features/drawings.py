"""Colours, shadings, states, forms, operators, and what is missing."""

from __future__ import annotations

import zlib

from tests.support.features.parts import (
    COONS,
    LATTICE,
    SHADE,
    TENSOR,
    TRANSPARENT,
    TRIANGLES,
    Array,
    Dictionary,
    Name,
    String,
    device_n,
    drawn,
    drawn_text,
    font,
    form,
    g4,
    icc,
    intended,
    layered,
    many,
    masked,
    mesh,
    nchannel,
    photo,
    ramp,
    saved,
    separation,
    shading,
    stream,
    tiling,
    type3,
)

many(
    axial=drawn(SHADE, Shading_S1=shading(ShadingType=2, Coords=[0, 0, 100, 0], Function=ramp(), Extend=[True, False])),
    radial=drawn(SHADE, Shading_S1=shading(ShadingType=3, Coords=[50, 50, 10, 60, 60, 40], Function=ramp())),
    function_shading=drawn(
        SHADE,
        Shading_S1=lambda pdf: pdf.make_indirect(
            Dictionary(
                ShadingType=1,
                ColorSpace=Name.DeviceRGB,
                Domain=[0, 100, 0, 100],
                Function=pdf.make_stream(
                    b"{ 100 div exch 100 div 0 }", FunctionType=4, Domain=[0, 100] * 2, Range=[0, 1] * 3
                ),
            )
        ),
    ),
    free_mesh=drawn(SHADE, Shading_S1=mesh(4, TRIANGLES, BitsPerFlag=8)),
    lattice_mesh=drawn(SHADE, Shading_S1=mesh(5, LATTICE, VerticesPerRow=2)),
    coons=drawn(SHADE, Shading_S1=mesh(6, COONS, BitsPerFlag=8)),
    tensor=drawn(SHADE, Shading_S1=mesh(7, TENSOR, BitsPerFlag=8)),
    stitched=drawn(
        SHADE,
        Shading_S1=shading(
            ShadingType=2,
            Coords=[0, 0, 100, 0],
            Function=Dictionary(
                FunctionType=3,
                Domain=[0, 1],
                Functions=Array([ramp(), ramp(C0=[0, 1, 0])]),
                Bounds=[0.4],
                Encode=[0, 1, 1, 0],
            ),
        ),
    ),
    sampled=drawn(
        SHADE,
        Shading_S1=lambda pdf: pdf.make_indirect(
            Dictionary(
                ShadingType=2,
                ColorSpace=Name.DeviceRGB,
                Coords=[0, 0, 100, 0],
                Function=pdf.make_stream(
                    bytes([255, 0, 0, 0, 255, 0, 0, 0, 255]),
                    FunctionType=0,
                    Domain=[0, 1],
                    Range=[0, 1] * 3,
                    Size=[3],
                    BitsPerSample=8,
                ),
            )
        ),
    ),
    shading_pattern=drawn(
        "/Pattern cs /P1 scn 30 60 100 80 re f",
        Pattern_P1=lambda pdf: Dictionary(
            PatternType=2,
            Matrix=[1, 0, 0, 1, 30, 60],
            Shading=Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 100, 0], Function=ramp()),
        ),
    ),
    tiling=drawn("/Pattern cs /P1 scn 30 60 100 80 re f", Pattern_P1=tiling("1 0 0 rg 0 0 5 5 re f")),
    uncoloured_tiling=drawn(
        "/CS1 cs 0 0.5 0 /P1 scn 30 60 100 80 re f",
        Pattern_P1=tiling("0 0 5 5 re f", PaintType=2),
        ColorSpace_CS1=Array([Name.Pattern, Name.DeviceRGB]),
    ),
    tiling_state=drawn(
        "/Pattern cs /P1 scn 30 60 100 80 re f /Pattern CS /P1 SCN 5 w 150 60 50 50 re S",
        Pattern_P1=tiling(
            "q 0.5 0 0 0.5 1 1 cm 0 0 1 RG 2 w 0 0 m 10 10 l S Q", Matrix=[0.5, 0.2, -0.2, 0.5, 3, 3], TilingType=2
        ),
    ),
    unused_tiling=drawn("", Pattern_P1=tiling("1 0 0 rg 0 0 5 5 re f")),
    icc=drawn("/CS1 cs 0.8 0.2 0.1 scn 30 60 60 60 re f", ColorSpace_CS1=icc(3)),
    output_intent=intended,
    icc_grey=drawn("/CS1 cs 0.4 scn 30 60 60 60 re f", ColorSpace_CS1=icc(1)),
    default_rgb=drawn("0.8 0.2 0.1 rg 30 60 60 60 re f", ColorSpace_DefaultRGB=icc(3)),
    lab=drawn(
        "/CS1 cs 60 40 -30 scn 30 60 60 60 re f",
        ColorSpace_CS1=Array([Name.Lab, Dictionary(WhitePoint=[0.9505, 1, 1.089], Range=[-100, 100, -100, 100])]),
    ),
    cal_rgb=drawn(
        "/CS1 cs 0.6 0.4 0.3 scn 30 60 60 60 re f",
        ColorSpace_CS1=Array([Name.CalRGB, Dictionary(WhitePoint=[0.9505, 1, 1.089], Gamma=[2.2, 2.2, 2.2])]),
    ),
    cal_grey=drawn(
        "/CS1 cs 0.6 scn 30 60 60 60 re f",
        ColorSpace_CS1=Array([Name.CalGray, Dictionary(WhitePoint=[0.9505, 1, 1.089], Gamma=2.2)]),
    ),
    cmyk=drawn("0.8 0.2 0 0.1 k 30 60 60 60 re f 0 1 1 0 K 4 w 120 60 50 50 re S"),
    separation=drawn("/CS1 cs 0.7 scn 30 60 60 60 re f", ColorSpace_CS1=separation()),
    separation_all=drawn("/CS1 cs 0.7 scn 30 60 60 60 re f", ColorSpace_CS1=separation("/All")),
    separation_none=drawn("/CS1 cs 0.7 scn 30 60 60 60 re f", ColorSpace_CS1=separation("/None")),
    separation_black=drawn("/CS1 cs 0.7 scn 30 60 60 60 re f", ColorSpace_CS1=separation("/Black")),
    device_n=drawn("/CS1 cs 0.7 0.2 scn 30 60 60 60 re f", ColorSpace_CS1=device_n),
    n_channel=drawn("/CS1 cs 0.7 0.2 scn 30 60 60 60 re f", ColorSpace_CS1=nchannel),
    indexed_colour=drawn(
        "/CS1 cs 1 scn 30 60 60 60 re f",
        ColorSpace_CS1=Array([Name.Indexed, Name.DeviceRGB, 2, String(bytes([255, 0, 0, 0, 200, 0, 0, 0, 255]))]),
    ),
    overprint=drawn(
        "/G1 gs 0 0 1 0 k 30 60 60 60 re f 1 0 0 0 k 60 60 60 60 re f", ExtGState_G1=Dictionary(OP=True, op=True, OPM=1)
    ),
    transfer=drawn(
        "/G1 gs 0.5 g 30 60 60 60 re f", ExtGState_G1=Dictionary(TR=Name.Identity, HT=Name.Default, BG2=Name.Default)
    ),
    transfer_function=drawn(
        "/G1 gs 0.5 g 30 60 60 60 re f",
        ExtGState_G1=Dictionary(TR=Dictionary(FunctionType=2, Domain=[0, 1], C0=[1], C1=[0], N=1)),
    ),
    state_font=drawn(
        "/G1 gs BT 30 100 Td (Set by the state) Tj ET",
        ExtGState_G1=lambda pdf: Dictionary(Font=Array([pdf.make_indirect(font(BaseFont=Name.Courier)), 12])),
    ),
    dashes=drawn(
        "/G1 gs 30 60 m 200 120 l S [3 2 5] 1 d 30 90 m 200 150 l S",
        ExtGState_G1=Dictionary(D=Array([Array([4, 2]), 0]), LW=3, LC=1, LJ=1, ML=4, FL=1, SA=True),
    ),
    alpha=drawn("q /G1 gs 1 0 0 rg 30 60 60 60 re f Q", ExtGState_G1=Dictionary(ca=0.4, CA=0.4, AIS=False)),
    alpha_over_text=drawn("q /G1 gs 1 0 0 rg 30 200 200 90 re f Q", ExtGState_G1=Dictionary(ca=0.4, BM=Name.Multiply)),
    soft_mask=drawn("q /G1 gs 1 0 0 rg 30 60 200 60 re f Q", ExtGState_G1=masked("Luminosity")),
    soft_mask_alpha=drawn("q /G1 gs 1 0 0 rg 30 60 200 60 re f Q", ExtGState_G1=masked("Alpha")),
    soft_mask_backdrop=drawn("q /G1 gs 1 0 0 rg 30 60 200 60 re f Q", ExtGState_G1=masked("Luminosity", BC=[0.5])),
    type3=drawn_text(type3, "(abba) Tj"),
    knockout=drawn(
        "q /Fm1 Do Q",
        XObject_Fm1=form(
            "0.5 g 30 60 60 60 re f", BBox=[0, 0, 300, 300], Group=Dictionary(S=Name.Transparency, I=True, K=True)
        ),
    ),
    group_blend=drawn(
        "1 1 0 rg 30 60 60 60 re f q /G1 gs /Fm1 Do Q",
        ExtGState_G1=Dictionary(BM=Array([Name.Hue, Name.Multiply])),
        XObject_Fm1=form("0 1 1 rg 60 60 60 60 re f", BBox=[0, 0, 300, 300], Group=TRANSPARENT),
    ),
    nested_forms=drawn(
        "q 1 0 0 1 30 60 cm /Fm1 Do Q",
        XObject_Fm1=form(
            "q 0.5 0 0 0.5 0 0 cm /Fm2 Do Q",
            Matrix=[1, 0.1, 0, 1, 0, 0],
            Resources=lambda pdf: Dictionary(
                XObject=Dictionary(Fm2=form("BT /F1 20 Tf 5 5 Td (Within) Tj ET 0 1 0 rg 0 40 30 30 re f")(pdf))
            ),
        ),
    ),
    form_oc=drawn(
        "q /Fm1 Do Q",
        XObject_Fm1=form(
            "0.5 g 30 60 60 60 re f",
            BBox=[0, 0, 300, 300],
            OC=Dictionary(Type=Name.OCG, Name=String("Layer")),
            Metadata=stream(b"<x/>"),
            PieceInfo=Dictionary(),
            StructParents=3,
        ),
    ),
    layers=layered,
    marked=drawn(
        "/Span <</Lang (en) /ActualText (Other)>> BDC 0 0 1 rg 30 60 50 50 re f EMC /Artifact BMC BX 20 w EX EMC "
    ),
    marked_text=drawn("/Span <</ActualText (Other words)>> BDC BT /F1 12 Tf 30 100 Td (Said otherwise) Tj ET EMC"),
    unknown_operator=drawn("BX 1 2 foo EX 0 0 1 rg 30 60 50 50 re f"),
    unknown_operator_bare=drawn("1 2 foo 0 0 1 rg 30 60 50 50 re f"),
    postscript=drawn(
        "q /Ps1 Do Q 0 0 1 rg 30 60 50 50 re f", XObject_Ps1=stream(b"showpage", Type=Name.XObject, Subtype=Name.PS)
    ),
    missing_xobject=drawn("q /Nope Do Q 0 0 1 rg 30 60 50 50 re f"),
    missing_font=drawn("BT /F9 12 Tf 30 100 Td (Which font is this) Tj ET"),
    missing_state=drawn("/G9 gs 0 0 1 rg 30 60 50 50 re f"),
    missing_space=drawn("/CS9 cs 1 scn 30 60 50 50 re f"),
    missing_pattern=drawn("/Pattern cs /P9 scn 30 60 50 50 re f"),
    missing_shading=drawn("q 30 60 50 50 re W n /S9 sh Q 0 0 1 rg 30 60 20 20 re f"),
    missing_property=drawn("/OC /Nope BDC 0 0 1 rg 30 60 50 50 re f EMC"),
    loose_q=drawn("q q q 0 0 1 rg 30 60 50 50 re f Q"),
    loose_restore=drawn("Q Q 0 0 1 rg 30 60 50 50 re f"),
    deep_q=drawn("q " * 40 + "0 0 1 rg 30 60 50 50 re f " + "Q " * 40),
    open_text=drawn("BT /F1 12 Tf 30 100 Td (Never closed) Tj"),
    nested_text=drawn("BT /F1 12 Tf 30 100 Td (Outer) Tj BT 30 80 Td (Inner) Tj ET ET"),
    path_in_text=drawn("BT /F1 12 Tf 30 100 Td (A box) Tj 0 0 1 rg 100 60 20 20 re f 0 g (after) Tj ET"),
    state_between_text=drawn("BT /F1 12 Tf 30 100 Td (One) Tj q 1 0 0 rg (two) Tj Q (three) Tj ET"),
    text_without_object=drawn("/F1 12 Tf 30 100 Td (Loose words) Tj"),
    text_modes=drawn("BT /F1 24 Tf 1 Tr 30 100 Td (Stroked) Tj 2 Tr 0 -30 Td (Both of it) Tj ET"),
    text_state=drawn(
        "BT /F1 12 Tf 2 Tc 4 Tw 80 Tz 3 Ts 14 TL 30 100 Td (Spaced out) Tj T* [(T) 120 (ight) -300 (er)] TJ ET"
    ),
    quote_operators=drawn("BT /F1 12 Tf 14 TL 30 120 Td (First line) ' 2 1 (Second line) \" ET"),
    text_clip=drawn("q BT /F1 40 Tf 7 Tr 30 100 Td (Clip) Tj ET 1 0 0 rg 30 90 200 20 re f Q"),
    text_clip_fill=drawn("q BT /F1 40 Tf 4 Tr 30 100 Td (Clip) Tj ET 1 0 0 rg 30 90 200 20 re f Q"),
    invisible_text=drawn("BT 3 Tr /F1 12 Tf 30 100 Td (Cannot be seen) Tj ET"),
    odd_numbers=drawn("0 0 1 rg 30. 60 +50 50.0000000001 re f .5 .5 .5 rg --100 60 30 30 re f 1e2 60 5 5 re f"),
    huge_numbers=drawn("q 0 0 1 rg -32767 60 65534 5 re f 99999999999 0 m 0 99999999999 l S Q"),
    tiny_numbers=drawn("q 0.000001 0 0 0.000001 30 60 cm 0 0 1 rg 0 0 50000000 50000000 re f Q"),
    clip_paths=drawn(
        "q 30 60 m 130 60 l 80 140 l h W n 0 0 1 rg 0 0 300 300 re f Q"
        " q 150 60 50 50 re 160 70 30 30 re W* n 0 g 0 0 300 300 re f Q"
    ),
    curves=drawn("1 0 0 RG 30 60 m 60 140 90 140 120 60 c 130 80 140 60 v 160 100 170 60 y b*"),
    flatness=drawn("50 i 3 M 2 J 1 j 0 0 1 RG 6 w 30 60 m 80 120 l 130 60 l S"),
    rendering_intent=drawn("/Perceptual ri 0 0 1 rg 30 60 50 50 re f /Unknown ri 90 60 20 20 re f"),
    inline=drawn("q 60 0 0 40 30 60 cm BI /W 4 /H 2 /BPC 8 /CS /G ID \x00\x40\x80\xc0\xff\xc0\x80\x40 EI Q"),
    inline_hex=drawn("q 60 0 0 40 30 60 cm BI /W 4 /H 2 /BPC 8 /CS /G /F /AHx ID 004080c0ffc08040> EI Q"),
    inline_a85=drawn('q 60 0 0 40 30 60 cm BI /W 2 /H 2 /BPC 8 /CS /G /F [/A85] ID !<<*"~> EI Q'),
    inline_rle=drawn("q 60 0 0 40 30 60 cm BI /W 4 /H 2 /BPC 8 /CS /G /F /RL ID \xfd\x40\xfd\xc0\x80 EI Q"),
    inline_mask=drawn("q 1 0 0 rg 60 0 0 40 30 60 cm BI /W 8 /H 2 /IM true /D [1 0] ID \xaa\x55 EI Q"),
    inline_indexed=drawn(
        "q 60 0 0 40 30 60 cm BI /W 4 /H 1 /BPC 8 /CS [/I /RGB 1 <ff000000ff00>] ID \x00\x01\x00\x01 EI Q"
    ),
    inline_named=drawn(
        "q 60 0 0 40 30 60 cm BI /W 4 /H 1 /BPC 8 /CS /CS1 ID \x00\x01\x00\x01 EI Q",
        ColorSpace_CS1=Array([Name.Indexed, Name.DeviceRGB, 1, String(bytes([255, 0, 0, 0, 0, 255]))]),
    ),
    inline_flate=drawn(
        b"q 60 0 0 40 30 60 cm BI /W 4 /H 2 /BPC 8 /CS /G /F /Fl ID ".decode()
        + zlib.compress(bytes(range(0, 240, 30))).decode("latin-1")
        + " EI Q"
    ),
    inline_jpeg=drawn(
        "q 60 0 0 40 30 60 cm BI /W 60 /H 40 /BPC 8 /CS /RGB /F /DCT ID "
        + saved(photo(), "JPEG").decode("latin-1")
        + " EI Q"
    ),
    inline_ccitt=drawn(
        "q 60 0 0 40 30 60 cm BI /W 64 /H 40 /IM true /F /CCF /DP <</K -1 /Columns 64 /Rows 40>> ID "
        + g4(photo((64, 40), "1")).decode("latin-1")
        + " EI Q"
    ),
)
