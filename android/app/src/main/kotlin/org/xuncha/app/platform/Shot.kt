package org.xuncha.app.platform

import java.io.File

/** A photo between the camera and the book: a file whose name says what it is of, also to the next process. */
data class Shot(val file: File) {
    private val parts = file.name.split(MARK)

    /** What it was taken for, such as a draft. */
    val about: String get() = parts.first()

    /** The question of the draft that it belongs to; none if it is of no question. */
    val item: String? get() = parts.getOrNull(1)?.ifEmpty { null }

    companion object {
        /** Not in any id. */
        private const val MARK = "~"

        fun new(folder: File, about: String, item: String?): Shot =
            Shot(File.createTempFile("$about$MARK${item.orEmpty()}$MARK", ".jpg", folder))
    }
}
