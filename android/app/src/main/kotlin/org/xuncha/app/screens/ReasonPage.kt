package org.xuncha.app.screens

import android.text.InputType
import org.xuncha.app.R
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Page

/** Why a record is returned: one of the usual sentences, or one's own. */
class ReasonPage(
    private val kit: Kit,
    private val venue: String,
    private val usual: List<String>,
    private val reason: String,
    private val isSending: Boolean,
    private val taps: Taps,
) {
    interface Taps {
        fun type(words: String)

        fun choose(words: String)

        fun giveBack()

        fun leave()
    }

    fun draw(): Page {
        val type = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_MULTI_LINE or InputType.TYPE_TEXT_FLAG_CAP_SENTENCES
        val content = kit.column(
            kit.heading(venue),
            kit.text(kit.string(R.string.return_why)),
            *usual.map { words -> kit.secondary(words) { taps.choose(words) } }.toTypedArray(),
            kit.field(kit.string(R.string.write_here), reason, type, taps::type),
            kit.softText(kit.string(R.string.no_names)),
        )
        val send = if (isSending) {
            kit.unavailable(kit.string(R.string.sending), R.drawable.ic_clock)
        } else {
            kit.primary(kit.string(R.string.return_it), R.drawable.ic_return, taps::giveBack)
        }
        return Page(kit, kit.string(R.string.return_title), content, listOf(send), null, onBack = taps::leave)
    }
}
