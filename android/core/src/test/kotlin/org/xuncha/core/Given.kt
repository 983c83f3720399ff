// Small things that several tests need.
package org.xuncha.core

import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import javax.imageio.ImageIO

/** The code of the error that a call ends with. */
fun codeOf(call: () -> Unit): FieldErrorCode =
    try {
        call()
        throw AssertionError("it was done")
    } catch (refusal: BookException.Failed) {
        refusal.code
    }

fun fix(
    lat: Double,
    lon: Double,
    accuracy: Double = 10.0,
) = Fix(RawPosition(Datum.WGS84, lat, lon), accuracy, Provider.GNSS, System.currentTimeMillis(), false)

/** A PNG of a QR code. */
fun pictureOf(text: String): ByteArray {
    val code = qrOf(text)
    val square = 8
    val side = (code.size.toInt() + 8) * square
    val picture = BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY)
    for (y in 0 until side) {
        for (x in 0 until side) {
            val (column, row) = Pair(x / square - 4, y / square - 4)
            val inside = column in 0 until code.size.toInt() && row in 0 until code.size.toInt()
            val dark = inside && code.dark[row * code.size.toInt() + column]
            picture.raster.setSample(x, y, 0, if (dark) 20 else 235)
        }
    }
    return ByteArrayOutputStream().also { ImageIO.write(picture, "png", it) }.toByteArray()
}
