package org.xuncha.app.ui

import android.content.Context
import org.xuncha.app.R

/** A pair of ink and ground; the colours themselves lie in res/values and values-night, for day and night. */
class Tint(val ink: Int, val ground: Int)

/** All colours of the app in the mode, day or night, that the context is in. */
class Palette(context: Context) {
    val paper = context.getColor(R.color.paper)
    val surface = context.getColor(R.color.surface)
    val line = context.getColor(R.color.line)
    val ink = context.getColor(R.color.ink)
    val inkSoft = context.getColor(R.color.ink_soft)
    val accent = context.getColor(R.color.accent)
    val accentSoft = context.getColor(R.color.accent_soft)
    val onAccent = context.getColor(R.color.on_accent)
    val good = Tint(context.getColor(R.color.good_ink), context.getColor(R.color.good_ground))
    val wait = Tint(context.getColor(R.color.wait_ink), context.getColor(R.color.wait_ground))
    val warn = Tint(context.getColor(R.color.warn_ink), context.getColor(R.color.warn_ground))
    val bad = Tint(context.getColor(R.color.bad_ink), context.getColor(R.color.bad_ground))
    val calm = Tint(context.getColor(R.color.calm_ink), context.getColor(R.color.calm_ground))
}
