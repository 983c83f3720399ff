package org.xuncha.app

import android.net.Uri
import org.junit.After
import org.junit.Assert.assertNotNull
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.xuncha.app.platform.Fetch
import java.io.InputStream
import java.lang.ref.WeakReference
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.Semaphore

/** An app whose file was opened with ours may never give it: that holds up nothing else, and is told after a while. */
@RunWith(RobolectricTestRunner::class)
class SilentAppTest {
    @get:Rule
    val stage = Stage()

    private val speaks = CountDownLatch(1)

    @After
    fun lets_go() = speaks.countDown()

    @Test
    fun a_file_that_does_not_come_is_told_after_half_a_minute_on_the_page_that_waits_for_it() {
        begin()
        stage.handIn(stage.openedSlowly { silence() })
        stage.sees("正在读入回执")
        stage.idle(29)
        stage.seesNot("没有把文件交过来")
        stage.idle(2)
        stage.sees("那个应用半分钟没有把文件交过来。本机的记录都在。")
        stage.seesNot("正在读入回执")
        speaks.countDown()
        stage.awaits("no copy stays behind") { copies() == 0 }
    }

    @Test
    fun a_file_that_did_not_come_is_read_when_it_is_opened_once_more() {
        begin()
        stage.handIn(stage.openedSlowly { silence() })
        stage.idle(31)
        stage.handIn(stage.openedSlowly { "%PDF-1.7".byteInputStream() })
        stage.awaits("it was looked at") { "这不是回执文件" in stage.text() }
    }

    @Test
    fun what_asked_for_a_file_is_let_go_of_though_the_app_is_silent_for_ever() {
        val asking = asking(stage.openedSlowly { silence() }.data!!)
        stage.idle(29)
        System.gc()
        assertNotNull("it is waited for", asking.get())
        stage.idle(2)
        stage.awaits("nothing keeps it alive") {
            System.gc()
            asking.get() == null
        }
    }

    /** Something, as an activity is, that is there for as long as a file is waited for. */
    private fun asking(given: Uri): WeakReference<Any> {
        val page = Any()
        Fetch(stage.app, given, 10L) { page.hashCode() }.begin()
        return WeakReference(page)
    }

    @Test
    fun an_app_that_does_not_even_open_its_file_is_told_too() {
        begin()
        stage.handIn(
            stage.openedSlowly {
                speaks.await()
                "xuncha".byteInputStream()
            },
        )
        stage.idle(31)
        stage.sees("那个应用半分钟没有把文件交过来。本机的记录都在。")
        speaks.countDown()
        stage.awaits("what comes too late is not kept") { copies() == 0 }
        stage.tap("知道了")
        stage.seesNot("这不是回执文件")
    }

    @Test
    fun a_photo_is_kept_and_an_inspection_finished_meanwhile() {
        begin()
        stage.handIn(stage.openedSlowly { silence() }).tap("返回")
        stage.begins("蓝鲸网吧").tap("拍照片")
        stage.shoot(Pictures.sign())
        stage.awaits("the photo is kept") { "照片已保存在本机" in stage.text() }
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").tap("完成")
        stage.sees("已收到")
        stage.idle(31)
        stage.sees("那个应用半分钟没有把文件交过来。本机的记录都在。")
        stage.sees("已收到")
    }

    @Test
    fun a_slow_app_is_waited_for_as_long_as_something_comes() {
        begin()
        val (asked, pieces) = Semaphore(0) to LinkedBlockingQueue<ByteArray>()
        stage.handIn(stage.openedSlowly { Slow(asked, pieces) })
        for (piece in listOf("%PDF", "-1.7", "")) {
            asked.acquire()
            stage.idle(20)
            stage.sees("正在读入回执")
            pieces.put(piece.toByteArray())
        }
        stage.awaits("all of it was looked at") { "这不是回执文件" in stage.text() }
    }

    private fun begin() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.awaitsWork = false
    }

    private fun copies(): Int = stage.app.cacheDir.listFiles { file -> file.isFile }!!.size

    /** Says nothing until the test is over. */
    private fun silence() = object : InputStream() {
        override fun read(): Int {
            speaks.await()
            return -1
        }
    }

    /** Gives a piece whenever there is one; an empty one is its end. */
    private class Slow(private val asked: Semaphore, private val pieces: LinkedBlockingQueue<ByteArray>) : InputStream() {
        override fun read(): Int = error("pieces are asked for")

        override fun read(into: ByteArray, from: Int, most: Int): Int {
            asked.release()
            val piece = pieces.take()
            piece.copyInto(into, from)
            return if (piece.isEmpty()) -1 else piece.size
        }
    }
}
