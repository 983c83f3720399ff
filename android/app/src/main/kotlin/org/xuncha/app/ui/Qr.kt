package org.xuncha.app.ui

import android.graphics.Bitmap
import android.graphics.Color
import android.graphics.drawable.BitmapDrawable
import android.graphics.drawable.Drawable
import org.xuncha.core.qrOf

/** A text as a QR, black on white in every mode, with the quiet edge that scanners want. */
fun Kit.qr(text: String): Drawable = BitmapDrawable(context.resources, qrBitmap(text)).apply {
    isFilterBitmap = false
    setAntiAlias(false)
}

/** The same, a pixel a square. */
fun qrBitmap(text: String): Bitmap {
    val code = qrOf(text)
    val size = code.size.toInt()
    val bitmap = Bitmap.createBitmap(size + 2 * EDGE, size + 2 * EDGE, Bitmap.Config.ARGB_8888)
    bitmap.eraseColor(Color.WHITE)
    code.dark.forEachIndexed { i, dark -> if (dark) bitmap.setPixel(i % size + EDGE, i / size + EDGE, Color.BLACK) }
    return bitmap
}

private const val EDGE = 4
