package org.xuncha.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.xuncha.core.Answer
import java.io.File
import java.io.RandomAccessFile
import java.net.URI
import java.security.ProviderException
import java.security.UnrecoverableKeyException

/** Bad input and faults: each shows a sentence that everybody understands, and nothing is lost. */
@RunWith(RobolectricTestRunner::class)
class FaultsTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun a_mistyped_code_is_found_before_anybody_is_asked() {
        stage.open().write("登记码", "123 456 7890").write("服务器地址", "http://127.0.0.1:9").tap("登记")
        stage.sees("这不是登记卡上的码，或者输错了一位。请对照登记卡再试一次。")
        stage.tap("知道了")
        stage.seesNot("这不是登记卡上的码")
    }

    @Test
    fun a_code_that_is_well_formed_and_not_known_to_the_hub_is_told_as_wrong_and_the_right_one_enrols() {
        val right = stage.hub.code(TestHub.VOLUNTEER)
        val elsewhere = TestHub(stage.file("elsewhere")).use { it.code(TestHub.VOLUNTEER) }
        stage.open().write("登记码", elsewhere).write("服务器地址", stage.hub.url).tap("登记")
        stage.sees("登记码不对，请核对或找站长重新开一个。")
        assertNull(stage.book.status().enrolled)
        stage.tap("知道了").write("登记码", right).tap("登记")
        stage.sees("登记好了")
    }

    @Test
    fun a_used_code_is_told_as_used() {
        val card = stage.hub.card(TestHub.VOLUNTEER)
        kotlinx.coroutines.runBlocking { stage.book.enrol(card, org.xuncha.core.Platform.ANDROID, "别人的手机") }
        stage.anotherPhone("second")
        stage.open().tap("拍登记卡上的二维码")
        stage.shoot(Pictures.card(card))
        stage.sees("登记码已被使用，请找站长重新开一个。")
        assertNull(stage.book.status().enrolled)
    }

    @Test
    fun a_qr_that_is_not_ours_is_told_so() {
        stage.open().tap("拍登记卡上的二维码")
        stage.shoot(Pictures.card("https://pay.example/p?id=1"))
        stage.sees("这不是登记卡上的码，或者输错了一位。请对照登记卡再试一次。")
    }

    @Test
    fun a_picture_without_a_qr_is_told_so() {
        stage.open().tap("拍登记卡上的二维码")
        stage.shoot(Pictures.sign())
        stage.sees("照片里没有找到二维码。请走近一点、拍清楚，再试一次。")
    }

    @Test
    fun a_hub_out_of_reach_at_enrolment_costs_nothing_but_another_tap() {
        val card = stage.hub.card(TestHub.VOLUNTEER)
        stage.hub.stop()
        stage.open().tap("拍登记卡上的二维码")
        stage.shoot(Pictures.card(card))
        stage.sees("现在没有网络")
        stage.hub.startAgain()
        stage.tap("知道了").tap("拍登记卡上的二维码")
        stage.shoot(Pictures.card(card))
        stage.sees("登记好了")
    }

    @Test
    fun a_hub_of_a_newer_version_leaves_everything_on_the_phone() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.stop()
        FakeHub(URI(stage.hub.url).port, 426, "application/problem+json", """{"code":"api_gone","title":"…"}""").use {
            stage.inspect("蓝鲸网吧")
            stage.sees("已保存在本机")
            stage.seesNot("已收到")
            stage.tap("回首页").tap("记录")
            stage.sees("服务器已经升级，请更新应用。记录都在本机")
        }
        stage.hub.startAgain()
        stage.tap("马上上传")
        stage.sees("已收到")
    }

    @Test
    fun somebody_elses_page_in_the_hubs_place_leaves_everything_on_the_phone() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.stop()
        FakeHub(URI(stage.hub.url).port, 200, "application/json", """{"v":2,"answers":[]}""").use {
            stage.inspect("蓝鲸网吧")
            stage.tap("回首页").tap("记录")
            stage.sees("服务器的回答看不懂")
        }
        stage.hub.startAgain()
        stage.tap("马上上传")
        stage.sees("已收到")
    }

    @Test
    fun a_clock_that_is_hours_wrong_is_told_and_the_inspection_goes_on() {
        stage.clock.wrongBy = 5 * TestClock.HOUR
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.sees("手机的时间不准")
        stage.inspect("蓝鲸网吧")
        stage.sees("已收到")
    }

    /** Goes on with the app open on a phone that has little room. */
    private fun onSmallDisk(work: (SmallDisk) -> Unit) {
        val disk = SmallDisk(stage.file("disk"))
        disk.use {
            stage.phoneIn(disk.folder)
            stage.enrol(TestHub.VOLUNTEER).open()
            work(disk)
            stage.leavePhone()
        }
    }

    @Test
    fun a_full_disk_is_told_when_a_photo_is_taken_and_the_answers_stay() = onSmallDisk { disk ->
        stage.begins("蓝鲸网吧").tap("没有").tap("没有")
        stage.sees("手机空间快满了")
        stage.sees("请先删掉一些不用的照片或视频，再拍照。已经填好的都在。")
        disk.fill()
        stage.seesNot(NO_ROOM)
        stage.tap("拍照片")
        stage.shoot(Pictures.sign())
        stage.sees(NO_ROOM)
        stage.seesNot("照片已保存")
        assertEquals(2uL, stage.draft().answered)
        disk.makeRoom()
        stage.tap("知道了").putAway(minutes = 1)
        stage.sees("照片已保存在本机")
        assertEquals(stage.draft().items[1].item, stage.draft().photos.single().item)
    }

    /** At the summary of an inspection, of which a photo had no room. */
    private fun lacksPhoto(disk: SmallDisk) {
        stage.begins("蓝鲸网吧").tap("没有")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").tap(stage.draft().items[1].question)
        disk.fill()
        stage.tap("拍照片")
        stage.shoot(Pictures.sign())
        stage.sees(NO_ROOM)
        stage.tap("知道了").sees(LEFT_OUT)
        stage.tap("看小结").sees(LEFT_OUT)
    }

    private fun photosSealed(): Int = stage.book.record(stage.book.history(null, 1u).lines.single().record).photos.size

    @Test
    fun a_photo_that_had_no_room_is_taken_in_before_the_inspection_is_finished_by_the_one_tap() = onSmallDisk { disk ->
        lacksPhoto(disk)
        disk.makeRoom()
        stage.tap("完成").sees("已收到")
        assertEquals(1, photosSealed())
    }

    @Test
    fun whoever_finishes_without_a_photo_that_had_no_room_was_told_so_before() = onSmallDisk { disk ->
        lacksPhoto(disk)
        stage.tap("再存一次").sees(NO_ROOM)
        stage.tap("知道了").tap("完成").sees(NO_ROOM)
        stage.sees(LEFT_OUT)
        disk.makeRoom()
        stage.tap("完成").sees("已收到")
        assertEquals(0, photosSealed())
    }

    @Test
    fun a_full_disk_is_told_when_the_station_is_to_hear_of_the_phone_and_nothing_is_promised() = onSmallDisk { disk ->
        stage.tap("设置")
        disk.fill()
        stage.tap("向工作站报告这部手机")
        stage.sees("手机空间满了")
        stage.seesNot("将在有网络时报告")
        disk.makeRoom()
        stage.tap("知道了").tap("向工作站报告这部手机")
        stage.sees("已报告（")
    }

    @Test
    fun a_photo_that_is_no_picture_is_told_and_can_be_taken_again() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("拍照片")
        stage.shoot("这不是照片".toByteArray())
        stage.sees("这张照片打不开")
        stage.putAway(minutes = 1)
        assertEquals("it is not tried again", emptyList<File>(), File(stage.app.noBackupFilesDir, "shots").listFiles().orEmpty().toList())
        stage.tap("知道了").tap("拍照片")
        stage.shoot(Pictures.sign())
        stage.sees("照片已保存在本机")
    }

    @Test
    fun a_photo_that_the_camera_did_not_finish_is_told_as_that_and_can_be_taken_again() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("拍照片")
        val whole = Pictures.sign()
        stage.shoot(whole.copyOf(whole.size / 2))
        stage.sees("拍照没有完成")
        stage.sees("请重拍一张")
        assertTrue(stage.draft().photos.isEmpty())
        stage.tap("知道了").tap("拍照片")
        stage.shoot(whole)
        stage.sees("照片已保存在本机")
    }

    @Test
    fun a_photo_that_was_not_taken_changes_nothing() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("拍照片")
        stage.shoot(null)
        stage.sees("第 1 / 14 题")
        assertTrue(stage.draft().photos.isEmpty())
    }

    @Test
    fun a_phone_that_has_no_room_for_the_cameras_own_file_is_told_of_room_and_not_of_the_camera() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧")
        // A file in the folder's place.
        File(stage.app.noBackupFilesDir, "shots").apply { deleteRecursively() }.writeText("")
        stage.tap("拍照片")
        stage.sees("手机空间满了，拍不了照片")
        stage.seesNot("打不开相机")
    }

    @Test
    fun a_camera_that_saved_nothing_is_told() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("拍照片")
        stage.shootNothing()
        stage.sees("相机没有存下照片")
        assertTrue(stage.draft().photos.isEmpty())
    }

    @Test
    fun after_a_placard_that_was_not_scanned_the_next_photo_is_one_of_the_question() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").tap("拍场所的牌子")
        stage.shoot(null)
        stage.tap("场内有无疑似未成年人").tap("拍照片")
        stage.shoot(Pictures.sign())
        stage.sees("照片已保存在本机")
        assertEquals(1, stage.draft().photos.size)
    }

    @Test
    fun another_venues_placard_is_told_as_the_wrong_one() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").tap("拍场所的牌子")
        stage.shoot(Pictures.card("XH-2026-001"))
        stage.sees("扫的不是这个场所的牌子。请扫本场所的牌子；没有就不用扫。")
        stage.seesNot("场所的牌子已核对")
        assertFalse(stage.draft().placardScanned)
    }

    @Test
    fun a_phone_without_a_camera_goes_on_without_photos() {
        shadowOf(stage.app).checkActivities(true)
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("拍照片")
        stage.sees("打不开相机")
        stage.tap("知道了").tap("没有")
        assertEquals(1uL, stage.draft().answered)
    }

    @Test
    fun killed_at_every_page_of_an_inspection_it_reopens_there_with_every_answer() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧")
        val total = stage.draft().total.toInt()
        repeat(total - 1) { number ->
            val keepsState = number % 2 == 0
            stage.kill(keepsState)
            if (!keepsState) stage.tap("接着检查")
            stage.sees("第 ${number + 1} / $total 题")
            val item = stage.draft().items[number]
            stage.tap(item.choices.first().label)
            if ("不拍，下一题" in stage.labels()) {
                stage.kill()
                stage.tap("不拍，下一题")
            }
            assertEquals((number + 1).toULong(), stage.draft().answered)
        }
        stage.write("写在这里", "写到一半")
        stage.kill()
        stage.sees("写到一半")
        stage.tap("写好了")
        stage.kill()
        stage.sees("检查小结")
        stage.tap("完成")
        stage.sees("已收到")
        val answers = stage.book.record(stage.book.history(null, 1u).lines.single().record).content!!.answers
        assertEquals(total, answers.size)
        assertTrue(answers.none { it.answer == "未查看" })
    }

    @Test
    fun a_remark_half_written_survives_the_death_of_the_process() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("写几句").write("写在这里", "前台没有人")
        stage.kill()
        stage.sees("前台没有人")
        stage.tap("写好了").tap("没有")
        assertEquals("前台没有人", stage.draft().items.first().answer!!.note)
    }

    @Test
    fun what_is_half_written_survives_though_the_system_kept_nothing_of_the_screen() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("没有").tap("上一题")
        stage.tap("写几句").write("写在这里", "前台没有人")
        stage.kill(keepsState = false)
        stage.tap("接着检查")
        stage.sees("第 1 / 14 题")
        stage.sees("前台没有人")
        val first = stage.draft().items.first().answer!!
        assertEquals("没有", stage.draft().items.first().answerText)
        assertEquals("前台没有人", first.note)
    }

    @Test
    fun a_follow_up_half_entered_survives_the_death_of_the_process() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("有").tap("多一个").tap("有孩子处于危险")
        stage.kill()
        stage.sees("2 人")
        stage.tap("确定")
        val answer = stage.draft().items.first().answer!!.answer as Answer.Choice
        assertTrue(answer.minors!!.inDanger)
        assertEquals(2, answer.minors!!.count.toInt())
    }

    @Test
    fun a_photo_comes_back_to_its_question_though_the_process_died_behind_the_camera() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("拍照片")
        stage.killBehindCamera(Pictures.sign())
        stage.sees("照片已保存在本机")
        assertEquals(stage.draft().items.first().item, stage.draft().photos.single().item)
    }

    @Test
    fun a_database_of_a_newer_app_is_told_and_left_as_it_is() {
        stage.enrol(TestHub.VOLUNTEER)
        stage.app.phone.close()
        val before = changeVersion(+1)
        stage.open()
        stage.sees("这是新版应用保存的资料。请更新应用，资料都在。")
        stage.app.phone.close()
        assertEquals(before + 1, changeVersion(-1))
        stage.seesNot("4 个场所")
        stage.tap("再试一次")
        stage.sees("4 个场所")
    }

    /** Changes the version that is written in the head of the closed database; gives the one before. */
    private fun changeVersion(by: Int): Int {
        val file = stage.folder.walk().single { it.name == "book.db" }
        check(!File(file.path + "-wal").exists()) { "the database was not closed" }
        return RandomAccessFile(file, "rw").use { db ->
            db.seek(SQLITE_USER_VERSION)
            val before = db.readInt()
            db.seek(SQLITE_USER_VERSION)
            db.writeInt(before + by)
            before
        }
    }

    @Test
    fun a_permission_taken_away_in_the_middle_leaves_the_inspection_without_a_position() {
        stage.enrol(TestHub.VOLUNTEER, usesPosition = true)
        stage.allowPosition()
        stage.open().begins("蓝鲸网吧")
        shadowOf(stage.app).denyPermissions(*org.xuncha.app.platform.Locator.PERMISSIONS)
        stage.idle(16)
        stage.tap("没有")
        stage.kill()
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结")
        stage.sees("没有位置，照样可以完成")
        stage.tap("完成")
        stage.sees("无定位")
        stage.sees("已收到")
    }

    @Test
    fun a_refused_permission_is_taken_as_an_answer() {
        stage.enrol(TestHub.VOLUNTEER, usesPosition = true)
        stage.open().begins("蓝鲸网吧")
        stage.refusePermission()
        stage.tap("没有")
        assertEquals(1uL, stage.draft().answered)
        assertFalse(stage.draft().hasFix)
    }

    @Test
    fun a_key_store_that_does_not_answer_yet_is_told_and_works_later() {
        stage.enrol(TestHub.VOLUNTEER)
        stage.app.phone.close()
        stage.keys.failure = ProviderException("locked")
        stage.open()
        stage.sees(LOCKED)
        stage.keys.failure = null
        stage.seesNot("4 个场所")
        stage.tap("再试一次")
        stage.sees("4 个场所")
    }

    @Test
    fun a_key_store_that_does_not_answer_when_the_phone_is_taken_out_again_on_patrol_is_told_too() {
        stage.enrol(TestHub.POLICE, usesPosition = true)
        stage.allowPosition()
        stage.open().standAt(32.0521, 118.7702)
        stage.app.phone.close()
        stage.keys.failure = ProviderException("locked")
        stage.putAway(minutes = 30)
        stage.sees(LOCKED)
        stage.keys.failure = null
        stage.tap("再试一次")
        stage.seesNot(LOCKED)
        stage.sees("4 个场所")
    }

    @Test
    fun a_key_store_that_stumbles_for_a_moment_is_noticed_by_nobody_and_no_second_key_is_made() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.keys.stumble(2, UnrecoverableKeyException("no information about the key"))
        stage.kill(keepsState = false)
        stage.sees("4 个场所")
        assertEquals(1, stage.keys.made)
    }

    @Test
    fun a_lost_key_is_told_and_what_waited_still_reaches_the_hub() = losesItsKey { stage.keys.lose() }

    @Test
    fun a_key_that_can_never_be_read_again_is_as_good_as_lost() = losesItsKey {
        stage.keys.unreadable = UnrecoverableKeyException("invalidated")
    }

    private fun losesItsKey(lose: () -> Unit) {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.stop()
        stage.inspect("蓝鲸网吧")
        lose()
        stage.kill(keepsState = false)
        stage.sees("资料没有丢")
        stage.sees("重新登记这部手机")
        stage.hub.startAgain()
        stage.enrol(TestHub.VOLUNTEER)
        stage.kill(keepsState = false)
        assertEquals(0uL, stage.book.status().recordsWaiting)
        assertEquals(1, stage.hub.records().size)
    }

    @Test
    fun a_revoked_phone_keeps_what_was_not_sent() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.revoke(stage.book.status().enrolled!!.device)
        stage.inspect("蓝鲸网吧")
        stage.seesNot("已收到")
        stage.tap("回首页")
        stage.sees("这部手机已停用")
        assertEquals(1uL, stage.book.status().recordsWaiting)
    }

    private companion object {
        const val NO_ROOM = "手机空间满了。已经填好的都还在。请删掉一些不用的照片或视频，再试一次。"
        const val LEFT_OUT = "有 1 张照片还没存进来。腾出空间再存一次；现在完成就不带它们。"
        const val LOCKED = "手机的安全钥匙暂时读不到。请先解锁手机，再打开一次；还不行就把手机关机重开。记录都在。"

        /** Where SQLite's file format keeps `PRAGMA user_version`. */
        const val SQLITE_USER_VERSION = 60L
    }
}
