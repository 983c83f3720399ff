package org.xuncha.app.ui

import android.graphics.BitmapFactory
import android.graphics.drawable.BitmapDrawable
import android.view.View
import android.widget.LinearLayout

/** A photo that this phone has, small; none if its file is no picture. */
fun Kit.picture(file: String, description: CharSequence): View? {
    val bitmap = BitmapFactory.decodeFile(file, BitmapFactory.Options().apply { inSampleSize = SMALLER }) ?: return null
    return image(BitmapDrawable(context.resources, bitmap), WIDTH, description).apply {
        layoutParams = LinearLayout.LayoutParams(px(WIDTH), px(WIDTH) * bitmap.height / bitmap.width)
    }
}

private const val WIDTH = 220
private const val SMALLER = 4
