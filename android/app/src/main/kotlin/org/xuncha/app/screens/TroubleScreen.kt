package org.xuncha.app.screens

import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page

/** What is shown when the core cannot show a screen: why, and what to do. */
class TroubleScreen(host: Host, place: Place, private val advice: String) : Screen(host, place) {
    override fun draw(): Page {
        val card = kit.card(
            kit.signed(R.drawable.ic_warn, string(R.string.trouble), kit.palette.warn.ink, bold = true),
            kit.text(advice, scale = 1.1f),
            tint = kit.palette.warn,
        )
        val content = kit.column(card, kit.softText(string(R.string.nothing_lost)))
        return Page(
            kit,
            string(R.string.app_name),
            content,
            listOf(
                kit.primary(string(R.string.try_again), R.drawable.ic_refresh) { tryAgain() },
                kit.secondary(string(R.string.first_page), R.drawable.ic_home) { host.begin(Kind.HOME) },
            ),
            end = null,
            onBack = null,
        )
    }

    /** What was said of it before holds no more, or is said anew. */
    private fun tryAgain() {
        host.untell()
        host.restart()
    }
}
