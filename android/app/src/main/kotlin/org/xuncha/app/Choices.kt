package org.xuncha.app

import android.content.Context

/** What the user chose in the settings. */
class Choices(private val context: Context) {
    private val kept = context.getSharedPreferences("choices", Context.MODE_PRIVATE)

    /** The size of running text in dp. Until it is chosen it follows the phone's own setting. */
    var textSize: Int
        get() = kept.getInt(TEXT_SIZE, nearestSize(USUAL_SIZE * context.resources.configuration.fontScale))
        set(value) = kept.edit().putInt(TEXT_SIZE, value).apply()

    /** Whether each question is read aloud by itself. */
    var readsAloud: Boolean
        get() = kept.getBoolean(READS_ALOUD, false)
        set(value) = kept.edit().putBoolean(READS_ALOUD, value).apply()

    /** The tag of the chosen language; none to follow the phone. */
    var language: String?
        get() = kept.getString(LANGUAGE, null)
        set(value) = kept.edit().putString(LANGUAGE, value).apply()

    /** Whether the position may be read when an inspection or a check-in begins; unknown before the consent page. */
    var usesPosition: Boolean?
        get() = if (kept.contains(USES_POSITION)) kept.getBoolean(USES_POSITION, false) else null
        set(value) = kept.edit().apply { if (value == null) remove(USES_POSITION) else putBoolean(USES_POSITION, value) }.apply()

    /** The address of the hub that was typed last. */
    var hub: String
        get() = kept.getString(HUB, "").orEmpty()
        set(value) = kept.edit().putString(HUB, value).apply()

    private fun nearestSize(size: Float): Int = TEXT_SIZES.minBy { kotlin.math.abs(it - size) }

    companion object {
        val TEXT_SIZES = listOf(18, 21, 24, 27, 30)
        private const val USUAL_SIZE = 20
        private const val TEXT_SIZE = "text_size"
        private const val READS_ALOUD = "reads_aloud"
        private const val LANGUAGE = "language"
        private const val USES_POSITION = "uses_position"
        private const val HUB = "hub"
    }
}
