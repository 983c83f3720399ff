package org.xuncha.app

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import org.xuncha.app.ui.qrBitmap
import java.io.ByteArrayOutputStream

/** Pictures as a camera would take them. */
object Pictures {
    /** A sign at an entrance. */
    fun sign(): ByteArray = jpeg(
        Bitmap.createBitmap(1200, 900, Bitmap.Config.ARGB_8888).apply {
            Canvas(this).apply {
                drawColor(Color.rgb(214, 206, 190))
                val paint = android.graphics.Paint().apply { color = Color.rgb(170, 40, 30) }
                drawRect(200f, 200f, 1000f, 700f, paint)
                paint.color = Color.WHITE
                paint.textSize = 150f
                drawText("禁止入内", 290f, 500f, paint)
            }
        },
    )

    /** A card with a QR on it, lying a little askew on a table. */
    fun card(text: String): ByteArray {
        val code = qrBitmap(text)
        return jpeg(
            Bitmap.createBitmap(1200, 1600, Bitmap.Config.ARGB_8888).apply {
                Canvas(this).apply {
                    drawColor(Color.rgb(150, 130, 110))
                    rotate(4f, 600f, 800f)
                    drawRect(200f, 300f, 1000f, 1300f, android.graphics.Paint().apply { color = Color.WHITE })
                    drawBitmap(code, null, android.graphics.RectF(300f, 480f, 900f, 1080f), null)
                }
            },
        )
    }

    private fun jpeg(bitmap: Bitmap): ByteArray =
        ByteArrayOutputStream().also { bitmap.compress(Bitmap.CompressFormat.JPEG, 90, it) }.toByteArray()
}
