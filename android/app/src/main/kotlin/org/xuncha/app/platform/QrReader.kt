package org.xuncha.app.platform

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import com.google.zxing.BarcodeFormat
import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.RGBLuminanceSource
import com.google.zxing.ReaderException
import com.google.zxing.common.HybridBinarizer
import com.google.zxing.qrcode.QRCodeReader
import java.io.File

/** Reads the QR in a photo. What it says is for the core to judge. */
object QrReader {
    private val hints = mapOf(
        DecodeHintType.TRY_HARDER to true,
        DecodeHintType.POSSIBLE_FORMATS to listOf(BarcodeFormat.QR_CODE),
        DecodeHintType.CHARACTER_SET to "UTF-8",
    )

    /** The text of the QR; none if there is no picture in the file, or no QR in the picture. */
    fun read(file: File): String? {
        val picture = decode(file) ?: return null
        val pixels = IntArray(picture.width * picture.height)
        picture.getPixels(pixels, 0, picture.width, 0, 0, picture.width, picture.height)
        val source = RGBLuminanceSource(picture.width, picture.height, pixels)
        return try {
            QRCodeReader().decode(BinaryBitmap(HybridBinarizer(source)), hints).text
        } catch (_: ReaderException) {
            null
        }
    }

    /** The picture at about the size at which a QR is read best; a camera's full size is slow and no better. */
    private fun decode(file: File): Bitmap? {
        val size = BitmapFactory.Options().apply { inJustDecodeBounds = true }
        BitmapFactory.decodeFile(file.path, size)
        val longer = maxOf(size.outWidth, size.outHeight)
        if (longer <= 0) return null
        val options = BitmapFactory.Options().apply { inSampleSize = Integer.highestOneBit((longer / WANTED).coerceAtLeast(1)) }
        return BitmapFactory.decodeFile(file.path, options)
    }

    private const val WANTED = 1_200
}
