"""Pictures of all encodings and colours."""

from __future__ import annotations

import zlib

from tests.support.features.parts import (
    DROP,
    Array,
    Dictionary,
    Name,
    String,
    device_n,
    g4,
    icc,
    many,
    photo,
    picture,
    saved,
    separation,
    stream,
)

many(
    jpeg=picture(saved(photo(), "JPEG"), Name.DCTDecode),
    jpeg_grey=picture(saved(photo(mode="L"), "JPEG"), Name.DCTDecode, ColorSpace=Name.DeviceGray),
    jpeg_cmyk=picture(saved(photo(mode="CMYK"), "JPEG"), Name.DCTDecode, ColorSpace=Name.DeviceCMYK, Decode=[1, 0] * 4),
    jpeg_progressive=picture(saved(photo(), "JPEG", progressive=True), Name.DCTDecode),
    jpeg_wrapped=picture(zlib.compress(saved(photo(), "JPEG")), Array([Name.FlateDecode, Name.DCTDecode])),
    jpeg_icc=picture(saved(photo(), "JPEG"), Name.DCTDecode, ColorSpace=icc(3)),
    jpeg_intent=picture(saved(photo(), "JPEG"), Name.DCTDecode, Intent=Name("/Odd"), Interpolate=True, Name=Name.Im7),
    jpx=picture(saved(photo(), "JPEG2000"), Name.JPXDecode, BitsPerComponent=DROP, ColorSpace=DROP),
    jpx_space=picture(saved(photo(), "JPEG2000"), Name.JPXDecode),
    jpx_alpha=picture(saved(photo(mode="RGBA"), "JPEG2000"), Name.JPXDecode),
    jpx_grey=picture(saved(photo(mode="L"), "JPEG2000"), Name.JPXDecode, ColorSpace=Name.DeviceGray),
    raw=picture(photo().tobytes()),
    raw_short=picture(photo().tobytes()[:-700]),
    raw_long=picture(photo().tobytes() + b"more"),
    raw_cmyk=picture(photo(mode="CMYK").tobytes(), ColorSpace=Name.DeviceCMYK),
    raw_lab=picture(
        photo().tobytes(),
        ColorSpace=Array([Name.Lab, Dictionary(WhitePoint=[0.95, 1, 1.08], Range=[-100, 100, -100, 100])]),
    ),
    raw_four_bits=picture(photo(mode="L").tobytes()[:1200], ColorSpace=Name.DeviceGray, BitsPerComponent=4),
    raw_sixteen_bits=picture(photo().tobytes() * 2, BitsPerComponent=16),
    raw_indexed=picture(
        photo(mode="P").tobytes(), ColorSpace=Array([Name.Indexed, Name.DeviceRGB, 255, String(bytes(range(256)) * 3)])
    ),
    raw_separation=picture(photo(mode="L").tobytes(), ColorSpace=separation()),
    raw_device_n=picture((photo(mode="L").tobytes() * 2), ColorSpace=device_n),
    raw_lzw=picture(bytes.fromhex("800b6050220c0c8501"), Name.LZWDecode, size=(3, 3), ColorSpace=Name.DeviceGray),
    raw_runs=picture(b"\xc5\x80\xc5\xff" * 20 + b"\x80", Name.RunLengthDecode, ColorSpace=Name.DeviceGray),
    raw_hex=picture(photo(mode="L").tobytes().hex().encode() + b">", Name.ASCIIHexDecode, ColorSpace=Name.DeviceGray),
    raw_predictor=picture(
        zlib.compress(b"".join(b"\1" + photo().tobytes()[i : i + 180] for i in range(0, 7200, 180))),
        Name.FlateDecode,
        DecodeParms=Dictionary(Predictor=15, Colors=3, Columns=60),
    ),
    raw_decode=picture(photo(mode="L").tobytes(), ColorSpace=Name.DeviceGray, Decode=[1, 0]),
    raw_key_mask=picture(photo(mode="L").tobytes(), ColorSpace=Name.DeviceGray, Mask=Array([200, 230])),
    raw_soft_mask=picture(
        photo().tobytes(),
        SMask=stream(
            bytes(range(240)) * 10,
            Subtype=Name.Image,
            Type=Name.XObject,
            Width=60,
            Height=40,
            ColorSpace=Name.DeviceGray,
            BitsPerComponent=8,
        ),
    ),
    raw_stencil_mask=picture(
        photo().tobytes(),
        Mask=stream(
            b"\xf0" * 320,
            Subtype=Name.Image,
            Type=Name.XObject,
            Width=60,
            Height=40,
            ImageMask=True,
            BitsPerComponent=1,
        ),
    ),
    raw_alternates=picture(
        photo().tobytes(), Alternates=Array([]), OPI=Dictionary(), Metadata=stream(b"<x/>"), SMaskInData=0
    ),
    stencil=picture(photo((64, 40), "1").tobytes(), size=(64, 40), ColorSpace=DROP, BitsPerComponent=1, ImageMask=True),
    ccitt=picture(
        g4(photo((64, 40), "1")),
        Name.CCITTFaxDecode,
        size=(64, 40),
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=1,
        DecodeParms=Dictionary(K=-1, Columns=64, Rows=40),
    ),
    ccitt_stencil=picture(
        g4(photo((64, 40), "1")),
        Name.CCITTFaxDecode,
        size=(64, 40),
        ColorSpace=DROP,
        ImageMask=True,
        BitsPerComponent=1,
        DecodeParms=Dictionary(K=-1, Columns=64, Rows=40, BlackIs1=True),
    ),
    interpolated=picture(photo((20, 14)).tobytes(), size=(20, 14), Interpolate=True),
)
