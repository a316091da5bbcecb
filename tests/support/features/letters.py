"""Fonts that are embedded, named only, or known to every reader."""

from __future__ import annotations

from tests.support.features.parts import (
    DROP,
    Array,
    Dictionary,
    Name,
    cjk,
    drawn_text,
    font,
    many,
    simple_truetype,
)

many(
    standard_times=drawn_text(lambda pdf: font(BaseFont=Name("/Times-Roman")), "(Times of old) Tj"),
    standard_symbol=drawn_text(lambda pdf: pdf.make_indirect(font(BaseFont=Name.Symbol)), "(abgd) Tj"),
    standard_dingbats=drawn_text(
        lambda pdf: pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats)),
        "(4l8) Tj",
    ),
    no_encoding=drawn_text(
        lambda pdf: pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica-Bold"))),
        "(Plain words) Tj",
    ),
    direct_font=drawn_text(lambda pdf: font(BaseFont=Name.Courier), "(Not an object of its own) Tj"),
    differences=drawn_text(
        lambda pdf: pdf.make_indirect(
            font(
                Encoding=Dictionary(
                    Type=Name.Encoding,
                    BaseEncoding=Name.WinAnsiEncoding,
                    Differences=Array([65, Name("/Euro"), Name("/eacute"), 100, Name("/afii10017"), Name("/oddname")]),
                )
            )
        ),
        "(ABde) Tj",
    ),
    mac_encoding=drawn_text(
        lambda pdf: pdf.make_indirect(font(Encoding=Name.MacRomanEncoding)), r"(na\225ve caf\216) Tj"
    ),
    unknown_encoding=drawn_text(
        lambda pdf: pdf.make_indirect(font(Encoding=Name("/OddEncoding"))), "(Strange ways) Tj"
    ),
    not_embedded=drawn_text(
        lambda pdf: pdf.make_indirect(
            font(Subtype=Name.TrueType, BaseFont=Name("/Comic-Sans"), FirstChar=32, LastChar=34, Widths=[300, 400, 500])
        ),
        "(Unknown face) Tj",
    ),
    multiple_master=drawn_text(
        lambda pdf: pdf.make_indirect(font(Subtype=Name.MMType1, BaseFont=Name("/Myriad_400"))), "(Many masters) Tj"
    ),
    truetype=drawn_text(simple_truetype(), "(Embedded words) Tj"),
    truetype_symbolic=drawn_text(simple_truetype(Flags=4, Encoding=DROP), "(Symbolic words) Tj"),
    truetype_differences=drawn_text(
        simple_truetype(
            Encoding=Dictionary(
                Type=Name.Encoding,
                BaseEncoding=Name.WinAnsiEncoding,
                Differences=Array([65, Name("/Euro"), Name("/afii10017")]),
            )
        ),
        "(AB words) Tj",
    ),
    truetype_no_widths=drawn_text(simple_truetype(Widths=DROP, FirstChar=DROP, LastChar=DROP), "(No widths) Tj"),
    truetype_wrong_widths=drawn_text(simple_truetype(Widths=Array([700] * 95)), "(Wide words) Tj"),
    cjk_rksj=drawn_text(cjk("90ms-RKSJ-H", "Japan1"), "<93fa967b8cea> Tj"),
    cjk_uni=drawn_text(cjk("UniJIS-UCS2-H", "Japan1"), "<65e5672c8a9e> Tj"),
    cjk_utf16=drawn_text(cjk("UniGB-UTF16-H", "GB1"), "<4e2d6587> Tj"),
    cjk_gbk=drawn_text(cjk("GBK-EUC-H", "GB1"), "<d6d0cec4> Tj"),
    cjk_korean=drawn_text(cjk("KSCms-UHC-H", "Korea1"), "<c7d1b1b9> Tj"),
    cjk_big5=drawn_text(cjk("ETen-B5-H", "CNS1"), "<a4a4a4e5> Tj"),
    cjk_vertical=drawn_text(cjk("UniJIS-UCS2-V", "Japan1"), "<65e5672c8a9e> Tj"),
    cjk_identity=drawn_text(cjk("Identity-H", "Japan1", W=[1, [500, 600]]), "<00410042> Tj"),
)
