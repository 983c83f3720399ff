package org.xuncha.app.screens

import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page

/** A file was opened in the middle of an inspection: asks before it leads away from there. */
class AnswerScreen(host: Host, place: Place) : Screen(host, place) {
    override fun draw(): Page {
        val content = kit.column(
            kit.heading(string(R.string.answer_now)),
            kit.text(string(R.string.answer_can_wait)),
        )
        val actions = listOf(
            kit.primary(string(R.string.inspect_on), R.drawable.ic_next) { host.back() },
            kit.secondary(string(R.string.read_answer), R.drawable.ic_check) { host.replace(Kind.HAND_OVER, place.about) },
        )
        return page(string(R.string.hand_over_title), content, actions)
    }
}
