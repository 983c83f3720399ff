package org.xuncha.app.ui

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.view.View
import android.widget.ImageView
import android.widget.LinearLayout
import org.xuncha.app.Thumbnails
import org.xuncha.core.PhotoLine

/** A photo that this phone has, small, in a frame that keeps its size while the picture is read; none if it is gone. */
fun Kit.picture(photo: PhotoLine, pictures: Thumbnails, description: CharSequence): View? {
    if (!photo.onPhone) return null
    return ImageView(context).apply {
        layoutParams = LinearLayout.LayoutParams(px(WIDTH), px(HEIGHT))
        scaleType = ImageView.ScaleType.FIT_START
        contentDescription = description
        pictures.get(photo.id) { setImageBitmap(it) }
    }
}

/** A picture as broad as the page. */
fun Kit.picture(bitmap: Bitmap, description: CharSequence): View = ImageView(context).apply {
    adjustViewBounds = true
    scaleType = ImageView.ScaleType.FIT_START
    contentDescription = description
    setImageBitmap(bitmap)
}

/** The picture in these bytes, no larger than a screen shows, whatever they promise; none if they are none. */
fun pictureOf(jpeg: ByteArray): Bitmap? {
    val options = BitmapFactory.Options().apply { inJustDecodeBounds = true }
    BitmapFactory.decodeByteArray(jpeg, 0, jpeg.size, options)
    var smaller = 1
    while (maxOf(options.outWidth, options.outHeight) / smaller > MOST_PIXELS) smaller *= 2
    return BitmapFactory.decodeByteArray(jpeg, 0, jpeg.size, BitmapFactory.Options().apply { inSampleSize = smaller })
}

private const val MOST_PIXELS = 1600
private const val WIDTH = 220
private const val HEIGHT = 165
