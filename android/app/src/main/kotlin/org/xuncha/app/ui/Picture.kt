package org.xuncha.app.ui

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

private const val WIDTH = 220
private const val HEIGHT = 165
