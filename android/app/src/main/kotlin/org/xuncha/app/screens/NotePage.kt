package org.xuncha.app.screens

import android.text.InputType
import org.xuncha.app.R
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Page
import org.xuncha.core.DraftItem

/** A remark to one question. */
class NotePage(
    private val kit: Kit,
    private val item: DraftItem,
    private val before: String,
    private val onChange: (String) -> Unit,
    private val onBack: () -> Unit,
    private val onDone: () -> Unit,
) {
    fun draw(): Page {
        val type = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_MULTI_LINE or InputType.TYPE_TEXT_FLAG_CAP_SENTENCES
        val content = kit.column(
            kit.heading(item.question),
            kit.field(kit.string(R.string.write_here), before, type, onChange),
            kit.softText(kit.string(R.string.no_names)),
        )
        return Page(
            kit,
            kit.string(R.string.add_note),
            content,
            listOf(kit.primary(kit.string(R.string.keep_words), R.drawable.ic_check, onDone)),
            null,
            onBack,
        )
    }
}
